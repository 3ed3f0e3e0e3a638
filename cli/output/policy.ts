/**
 * What policies say, as text and as plain data.
 *
 * @module
 */
import { sourceName } from "../../core/policy/scope.ts";
import type { PolicyWarning } from "../../core/policy/check.ts";
import type { Decision, LoadedPolicy, Requester, SourceFacts } from "../../core/policy/types.ts";
import type { Signer } from "../../core/signature/types.ts";
import { signerText } from "./signature.ts";
import type { PolicyCheckedJson, PolicyExplainedJson } from "../schema/policy.ts";

/** A checked policy as plain data. */
export function checkedPolicyJson(
  { name, policy, isBuiltIn }: LoadedPolicy,
  warnings: readonly PolicyWarning[],
): PolicyCheckedJson {
  return {
    policy: name,
    built_in: isBuiltIn === true,
    scopes: Object.keys(policy.scopes ?? {}),
    warnings: warnings.map(({ line, message }) => ({ line: line === 0 ? null : line, message })),
  };
}

/** A checked policy as text. */
export function checkedPolicyText(
  { name, policy }: LoadedPolicy,
  warnings: readonly PolicyWarning[],
): string {
  const scopes = Object.keys(policy.scopes ?? {}).length;
  const lines = warnings.map(({ line, message }) =>
    `  warning: ${line === 0 ? "" : `line ${line}: `}${message}`
  );
  return [`valid: ${name} (scopes: ${scopes})`, ...lines, ""].join("\n");
}

/** What a policy says of a command. */
export interface Explanation {
  /** The words of the command. */
  readonly words: readonly string[];
  readonly decision: Decision;
  readonly requester: Requester;
  /** Where the object comes from, when that was found out. */
  readonly source: SourceFacts | null;
  readonly signer: Signer | null;
  readonly warnings: readonly string[];
  /** What would help. */
  readonly hint: string | null;
}

/** An explanation as plain data. */
export function explanationJson(explanation: Explanation): PolicyExplainedJson {
  const { words, decision, requester, source, signer, warnings, hint } = explanation;
  const { allowed, reason, scope, rule, where } = decision;
  return {
    command: words,
    allowed,
    reason: allowed ? null : reason,
    scope,
    rule,
    where,
    requester: { uid: requester.uid, user: requester.user },
    source: source === null ? null : { name: sourceName(source), digest: source.digest },
    signer,
    warnings,
    hint,
  };
}

/** An explanation as text. */
export function explanationText(explanation: Explanation): string {
  const { words, decision, source, signer, warnings, hint } = explanation;
  const { allowed, reason, scope, rule, where } = decision;
  return [
    `${allowed ? "allowed" : "refused"}: ${words.join(" ")}`,
    ...allowed ? [] : [`  reason: ${reason}`],
    `  rule: ${rule}${scope === "default" ? "" : ` (scope ${scope})`}`,
    `  where: ${where}`,
    ...source === null ? [] : [`  source: ${sourceName(source)}@${source.digest}`],
    ...signer === null ? [] : [`  signed by: ${signerText(signer)}`],
    ...warnings.map((warning) => `  note: ${warning}`),
    ...hint === null ? [] : [`hint: ${hint}`],
    "",
  ].join("\n");
}
