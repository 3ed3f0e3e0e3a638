/**
 * Decides, from facts alone, what a policy allows. Nothing here reads a file or asks a registry.
 *
 * @module
 */
import type { ImageVerdict } from "../signature/verify_image.ts";
import { type MatchedScope, matchScope, sourceName } from "./scope.ts";
import type {
  AttachFacts,
  Decision,
  HelperClass,
  LoadedPolicy,
  ObjectFacts,
  PolicyAction,
  Requester,
  Requirement,
  SourceFacts,
} from "./types.ts";

/** A decision about a scope, before it has words. */
interface Finding {
  readonly reason: string;
  readonly at: readonly (string | number)[];
}

function textOf(path: readonly (string | number)[]): string {
  return path.map((part) =>
    typeof part === "number"
      ? `[${part}]`
      : /^[\w$]+$/.test(part)
      ? `.${part}`
      : `.${JSON.stringify(part)}`
  ).join("").replace(/^\./, "");
}

function decision(loaded: LoadedPolicy, scope: MatchedScope, finding: Finding | null): Decision {
  const path = [...scope.path, ...finding?.at ?? []];
  const line = loaded.lineOf(path);
  return {
    allowed: finding === null,
    reason: finding?.reason ?? "",
    scope: scope.name,
    rule: textOf(path),
    where: line === 0 ? loaded.name : `${loaded.name}:${line}`,
  };
}

/** What becomes of the scope's sources: without a word, whatever is required is enough. */
function actionOf({ rule }: MatchedScope): PolicyAction {
  return rule.action ?? ((rule.require?.length ?? 0) > 0 ? "accept" : "reject");
}

function isSubject(scope: MatchedScope, requester: Requester): boolean {
  const { behind } = requester;
  if (behind !== undefined && isSubject(scope, behind)) return true;
  const { subjects } = scope.rule;
  if (subjects === undefined) return requester.uid === 0;
  const { users = [], groups = [], serviceAccounts = [] } = subjects;
  const isUser = users.some((user) => user === requester.uid || user === requester.user);
  const isMember = groups.some((group) => requester.groups.includes(group));
  const { serviceAccount } = requester;
  return isUser || isMember ||
    (serviceAccount !== null && serviceAccounts.includes(serviceAccount));
}

function nameOf({ uid, user, serviceAccount }: Requester): string {
  if (serviceAccount !== null) return `service account ${serviceAccount}`;
  return user === null ? `user ${uid}` : `user ${user}`;
}

/** What must be signed before anything of a source is used, and whether the rest lets it in. */
export interface SourceDecision extends Decision {
  /** Requirements to verify, each with its index; empty when none is needed. */
  readonly requirements: readonly Requirement[];
  /** True when a missing signature is only told. */
  readonly isLenient: boolean;
}

/** Decides about requester and source; signatures come next. */
export function decideSource(
  loaded: LoadedPolicy,
  requester: Requester,
  source: SourceFacts,
): SourceDecision {
  const scope = matchScope(loaded, source);
  const action = actionOf(scope);
  const name = sourceName(source);
  const finding = !isSubject(scope, requester)
    ? { reason: `${nameOf(requester)} may not load from "${name}"`, at: ["subjects"] }
    : action === "reject"
    ? { reason: `"${name}" is not a trusted source`, at: ["action"] }
    : null;
  return {
    ...decision(loaded, scope, finding),
    requirements: scope.rule.require ?? [],
    isLenient: action === "warn",
  };
}

function refusedSignature(verdict: ImageVerdict): string {
  if (verdict.kind === "unsigned") return "it is not signed";
  return verdict.kind === "refused" ? `no signature counts (${verdict.reasons.join("; ")})` : "";
}

/**
 * Decides about signatures, once they were verified.
 *
 * @param verdicts One for each requirement of {@link decideSource}, in its order.
 */
export function decideSignatures(
  loaded: LoadedPolicy,
  source: SourceFacts,
  verdicts: readonly ImageVerdict[],
): Decision {
  const scope = matchScope(loaded, source);
  const wanted = scope.rule.require ?? [];
  const at = wanted.findIndex((_, index) => verdicts[index]?.kind !== "signed");
  if (at < 0) return decision(loaded, scope, null);
  const verdict = verdicts[at] ?? { kind: "unsigned" };
  const what = wanted[at]?.attestation === undefined ? "" : ` (${wanted[at].attestation})`;
  const reason = `"${sourceName(source)}": ${refusedSignature(verdict)}${what}`;
  return decision(loaded, scope, { reason, at: ["require", at] });
}

function helperFinding(object: ObjectFacts, allowed: readonly HelperClass[]): Finding | null {
  for (const { name, helpers } of object.programs) {
    const bad = helpers.find((one) => !allowed.includes(one));
    if (bad === undefined) continue;
    return { reason: `program "${name}" calls helpers of the class ${bad}`, at: ["helpers"] };
  }
  return null;
}

function objectFinding(scope: MatchedScope, object: ObjectFacts): Finding | null {
  const { types, helpers, maxMapBytes } = scope.rule.programs ?? {};
  const wrong = object.programs.find(({ type }) => types !== undefined && !types.includes(type));
  if (wrong !== undefined) {
    return { reason: `program "${wrong.name}" is of the type ${wrong.type}`, at: ["types"] };
  }
  if (maxMapBytes !== undefined && object.mapBytes > maxMapBytes) {
    const reason = `the maps take ${object.mapBytes} bytes, the most is ${maxMapBytes}`;
    return { reason, at: ["maxMapBytes"] };
  }
  return helpers === undefined ? null : helperFinding(object, helpers);
}

/** Decides about the programs of an object; asked before privilege is used and of the very bytes. */
export function decideObject(
  loaded: LoadedPolicy,
  source: SourceFacts,
  object: ObjectFacts,
): Decision {
  const scope = matchScope(loaded, source);
  const finding = objectFinding(scope, object);
  const at = finding === null ? [] : ["programs", ...finding.at];
  return decision(loaded, scope, finding === null ? null : { ...finding, at });
}

/** True when the text is the pattern's, in which `*` stands for any text. */
export function isGlobMatch(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join("[^]*")}$`, "u").test(text);
}

function placeFinding(scope: MatchedScope, facts: AttachFacts): Finding | null {
  const { interfaces, netns, cgroups, targets, priorities } = scope.rule.attach ?? {};
  const lists = [
    ["interfaces", interfaces, facts.interface, "interface"],
    ["netns", netns, facts.interface === undefined ? undefined : facts.netns ?? "", "netns"],
    ["cgroups", cgroups, facts.cgroup, "cgroup"],
    ["targets", targets, facts.target, "target"],
  ] as const;
  for (const [key, allowed, value, word] of lists) {
    if (allowed === undefined || value === undefined) continue;
    if (allowed.some((pattern) => isGlobMatch(pattern, value))) continue;
    return { reason: `the ${word} "${value}" is not allowed`, at: [key] };
  }
  const { priority } = facts;
  if (priorities === undefined || priority === undefined) return null;
  const [least, greatest] = priorities;
  if (priority >= least && priority <= greatest) return null;
  return {
    reason: `the priority ${priority} is not within ${least} to ${greatest}`,
    at: ["priorities"],
  };
}

/** Decides about the place of an attach. */
export function decideAttach(
  loaded: LoadedPolicy,
  source: SourceFacts,
  facts: AttachFacts,
): Decision {
  const scope = matchScope(loaded, source);
  const finding = placeFinding(scope, facts);
  const at = finding === null ? [] : ["attach", ...finding.at];
  return decision(loaded, scope, finding === null ? null : { ...finding, at });
}
