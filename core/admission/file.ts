/**
 * Lets a file in: it is read once, and those very bytes are judged and loaded.
 *
 * @module
 */
import { digestOf } from "../image/digest.ts";
import { decideSignatures, decideSource } from "../policy/decide.ts";
import type { Decision, SourceFacts } from "../policy/types.ts";
import type { LoadSettings } from "../types.ts";
import type { Court } from "./court.ts";
import type { BundleFile } from "./file_signature.ts";
import { judgeObject } from "./judge_object.ts";
import { policyRefusal, unsignedRefusal } from "./refusal.ts";
import { isForgiven, type SignatureCheck, signerOf } from "./signatures.ts";
import { verifyDemand, verifyRequirements } from "./signatures.ts";
import type { PreparedLoad } from "./types.ts";

/** A file that is to be loaded, read already. */
export interface FileCandidate {
  /** As it was typed. */
  readonly path: string;
  /** Absolute, with links resolved. */
  readonly realPath: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Reads the bundle beside it, undefined where there is none; asked only when one counts. */
  readonly readBundle: () => BundleFile | undefined;
  readonly settings: LoadSettings;
}

/** How a refusal of a signature is told. */
function refusal(
  { policy }: Court,
  { path }: FileCandidate,
  { source, decision, signatures }: {
    readonly source: SourceFacts;
    readonly decision: Decision;
    readonly signatures: number;
  },
) {
  return unsignedRefusal({ name: path, source, policy, decision, signatures });
}

/**
 * Lets a file in, or refuses it.
 *
 * @param court Policy, requester, demands of the command.
 * @param candidate The file, and what is to be loaded of it.
 * @returns The load with every byte in it.
 * @throws {BpfmanError} When the policy refuses.
 */
export async function admitFile(court: Court, candidate: FileCandidate): Promise<PreparedLoad> {
  const { path, realPath, bytes, settings } = candidate;
  const digest = await digestOf(bytes);
  const source: SourceFacts = { kind: "file", path: realPath, digest };
  const asked = decideSource(court.policy, court.requester, source);
  if (!asked.allowed) throw policyRefusal(`Cannot load "${path}"`, asked, { source });
  let bundle: BundleFile | undefined;
  let isRead = false;
  const check: SignatureCheck = async (question) => {
    if (!isRead) bundle = candidate.readBundle();
    isRead = true;
    // named by a value: most files are let in without a signature
    const verifier = "./file_signature.ts";
    const { verifyFileBundle }: typeof import("./file_signature.ts") = await import(verifier);
    return verifyFileBundle(bytes, bundle, question);
  };
  const verdicts = await verifyRequirements(court, asked.requirements, check);
  const decision = decideSignatures(court.policy, source, verdicts);
  if (!isForgiven(asked.isLenient, decision, verdicts)) {
    const signatures = bundle === undefined ? 0 : 1;
    throw refusal(court, candidate, { source, decision, signatures });
  }
  const demanded = await verifyDemand(court, { name: path, source }, check);
  const signer = demanded ?? signerOf(asked.requirements, verdicts);
  const isUnsigned = asked.isLenient && signer === null;
  const load = { path, bytes, ...settings, origin: source };
  await judgeObject(court, { load, source, objectDigest: digest, signer });
  return {
    load,
    admission: {
      source,
      objectDigest: digest,
      signer,
      decision: { ...decision, allowed: true, reason: "" },
      warnings: isUnsigned ? [`"${path}" is let in without a signature that counts`] : [],
    },
  };
}
