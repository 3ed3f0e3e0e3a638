/**
 * Verifies what a policy, and the command line on top of it, require.
 *
 * @module
 */
import type { Decision, Requirement, SourceFacts } from "../policy/types.ts";
import type { TrustedRoot } from "../signature/trusted_root.ts";
import type { SignatureRule, Signer } from "../signature/types.ts";
import type { ImageVerdict } from "../signature/verify_image.ts";
import type { Court } from "./court.ts";
import { PolicyError } from "./refusal.ts";

/** Named by a value: loads without signatures do not read it (see importUnseen in cli/main.ts). */
function trusted(): Promise<typeof import("./trusted.ts")> {
  const path = "./trusted.ts";
  return import(path);
}

/** One check of something that may be signed. */
export interface SignatureQuestion {
  readonly rule: SignatureRule;
  readonly root: TrustedRoot;
  /** Predicate of the attestation that is wanted in place of a signature. */
  readonly predicateType?: string;
}

/** Tells whether something is signed: an image, or a file with its bundle. */
export type SignatureCheck = (question: SignatureQuestion) => Promise<ImageVerdict>;

function worse(verdicts: readonly ImageVerdict[]): ImageVerdict {
  const reasons = verdicts.flatMap((one) => one.kind === "refused" ? one.reasons : []);
  if (reasons.length === 0) return { kind: "unsigned" };
  return { kind: "refused", reasons: [...new Set(reasons)] };
}

/** One good root is enough, as one good signature is. */
async function askEach(
  check: SignatureCheck,
  question: Omit<SignatureQuestion, "root">,
  roots: readonly TrustedRoot[],
): Promise<ImageVerdict> {
  const verdicts: ImageVerdict[] = [];
  for (const root of roots) {
    const verdict = await check({ ...question, root });
    if (verdict.kind === "signed") return verdict;
    verdicts.push(verdict);
  }
  return worse(verdicts);
}

/**
 * Verifies requirements of the policy.
 *
 * @returns A verdict for each, in their order.
 * @throws {BpfmanError} When a key, a root or a registry cannot be read: never taken for "unsigned".
 */
export async function verifyRequirements(
  court: Court,
  requirements: readonly Requirement[],
  check: SignatureCheck,
): Promise<ImageVerdict[]> {
  if (requirements.length === 0) return [];
  const { rootsOf, withKeys } = await trusted();
  const roots = await rootsOf(court);
  const verdicts: ImageVerdict[] = [];
  for (const { attestation, ...rule } of requirements) {
    const predicate = attestation === undefined ? {} : { predicateType: attestation };
    const question = { rule: withKeys(court.policy, rule), ...predicate };
    verdicts.push(await askEach(check, question, roots));
  }
  return verdicts;
}

/** What a signature is demanded of. */
export interface DemandedOf {
  readonly name: string;
  readonly source: SourceFacts;
}

/** Why a signature that the command line names is not there. */
function unmet(
  { name, source }: DemandedOf,
  verdict: Exclude<ImageVerdict, { kind: "signed" }>,
): PolicyError {
  const isUnsigned = verdict.kind === "unsigned";
  const reason = isUnsigned ? "it is not signed" : verdict.reasons.join("; ");
  const rule = { scope: "command", rule: "--key and --certificate-…", where: "the command line" };
  return new PolicyError(
    `Cannot load "${name}": it has no signature as the command line demands: ${reason}`,
    {
      code: isUnsigned ? "image-unsigned" : "signature-refused",
      decision: { allowed: false, reason, ...rule },
      known: { source },
      hint: "Have it signed, or name who did",
    },
  );
}

/**
 * Verifies what the command line demands. A built-in policy has that among its own requirements.
 *
 * @returns Who signed; null where nothing is demanded on top of the policy.
 * @throws {BpfmanError} When nobody did whom the command names.
 */
export async function verifyDemand(
  { policy, demand }: Court,
  of: DemandedOf,
  check: SignatureCheck,
): Promise<Signer | null> {
  if (demand === undefined || policy.isBuiltIn === true) return null;
  const { readRoot } = await trusted();
  const verdict = await check({ rule: demand.rule, root: demand.root ?? await readRoot() });
  if (verdict.kind !== "signed") throw unmet(of, verdict);
  return verdict.signer;
}

/** The signer that is remembered: that of the first requirement that names a signature. */
export function signerOf(
  requirements: readonly Requirement[],
  verdicts: readonly ImageVerdict[],
): Signer | null {
  const plain = requirements.findIndex(({ attestation }) => attestation === undefined);
  const verdict = verdicts[Math.max(plain, 0)];
  return verdict?.kind === "signed" ? verdict.signer : null;
}

/** True when all that is wrong is that nobody signed, and the scope only warns about that. */
export function isForgiven(
  isLenient: boolean,
  decision: Decision,
  verdicts: readonly ImageVerdict[],
): boolean {
  return decision.allowed ||
    isLenient && !verdicts.some(({ kind }) => kind === "refused");
}
