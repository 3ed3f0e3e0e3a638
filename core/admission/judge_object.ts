/**
 * Judges an object by what its bytes say, before privilege is used and again where they are loaded.
 *
 * @module
 */
import { decideObject } from "../policy/decide.ts";
import { matchScope } from "../policy/scope.ts";
import { nameOfObject } from "../program/plan_load.ts";
import type { LoadRequest } from "../types.ts";
import type { Court } from "./court.ts";
import { policyRefusal } from "./refusal.ts";
import type { Admission } from "./types.ts";

/** The bytes of a load that was prepared. */
export function bytesOfLoad(load: LoadRequest): Uint8Array {
  const bytes = load.image === undefined ? load.bytes : load.image.bytes;
  if (bytes === undefined) throw new TypeError("Cannot judge a load: it has no bytes");
  return bytes;
}

/** An object that was let in so far. */
export interface JudgedObject extends Pick<Admission, "source" | "objectDigest" | "signer"> {
  readonly load: LoadRequest;
}

/**
 * Judges the programs of an object.
 *
 * @throws {BpfmanError} `policy-refused`, with the rule.
 */
export async function judgeObject(
  { policy }: Pick<Court, "policy">,
  { load, source, objectDigest, signer }: JudgedObject,
): Promise<void> {
  // without rules about programs there is nothing to find out
  if (matchScope(policy, source).rule.programs === undefined) return;
  const name = nameOfObject(load);
  const reader = "./object_facts.ts";
  const { objectFacts }: typeof import("./object_facts.ts") = await import(reader);
  const facts = objectFacts(name, bytesOfLoad(load), load.programs);
  const decision = decideObject(policy, source, facts);
  if (decision.allowed) return;
  throw policyRefusal(`Cannot load "${name}"`, decision, { source, objectDigest, signer });
}
