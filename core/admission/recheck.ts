/**
 * Judges a prepared load again, on the very bytes that are about to be loaded.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { digestOf } from "../image/digest.ts";
import { decideAttach, decideSource } from "../policy/decide.ts";
import { nameOfObject } from "../program/plan_load.ts";
import type { AttachTarget } from "../types.ts";
import { attachFactsOf } from "./attach.ts";
import type { Court } from "./court.ts";
import { bytesOfLoad, judgeObject } from "./judge_object.ts";
import { policyRefusal } from "./refusal.ts";
import type { PreparedLoad } from "./types.ts";

function mismatch(name: string, what: string): BpfmanError {
  return new BpfmanError(`Cannot load "${name}": ${what}`, {
    code: "image-digest-mismatch",
    kind: ErrorKind.POLICY,
  });
}

function checkSource({ load, admission }: PreparedLoad): void {
  const { source, objectDigest } = admission;
  const name = nameOfObject(load);
  const said = load.image === undefined ? objectDigest : load.image.digest;
  if (source.digest !== said) throw mismatch(name, `"${said}" is not what was judged`);
  if (load.image !== undefined && load.image.objectDigest !== objectDigest) {
    throw mismatch(name, "the object is not the one that was judged");
  }
}

/**
 * Judges a prepared load again. Signatures are not verified once more: they were over the digests
 * that are compared here.
 *
 * @param court Policy and requester, read anew by whoever loads.
 * @param prepared What was decided before.
 * @param target Where it is attached as well. @default nowhere
 * @throws {BpfmanError} When the bytes are not those that were judged, or the policy refuses them.
 */
export async function recheck(
  { policy, requester }: Pick<Court, "policy" | "requester">,
  prepared: PreparedLoad,
  target?: AttachTarget,
): Promise<void> {
  const { load, admission } = prepared;
  const { source, objectDigest, signer } = admission;
  const name = nameOfObject(load);
  const action = `Cannot load "${name}"`;
  const bytes = bytesOfLoad(load) as Uint8Array<ArrayBuffer>;
  if (await digestOf(bytes) !== objectDigest) {
    throw mismatch(name, "its bytes are not those that were judged");
  }
  checkSource(prepared);
  const asked = decideSource(policy, requester, source);
  if (!asked.allowed) throw policyRefusal(action, asked, admission);
  if (asked.requirements.length > 0 && signer === null && !asked.isLenient) {
    throw mismatch(name, "a signature is required, and nobody is known who signed");
  }
  await judgeObject({ policy }, { load, source, objectDigest, signer });
  const [program] = load.programs;
  if (target === undefined || program === undefined) return;
  const facts = attachFactsOf(target, program.attachFunction ?? null);
  const decision = decideAttach(policy, source, facts);
  if (!decision.allowed) throw policyRefusal(action, decision, admission);
}
