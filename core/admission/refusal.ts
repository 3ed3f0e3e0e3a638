/**
 * What a refused load is told: the rule, its line, and what would let it in.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { sourceName } from "../policy/scope.ts";
import type { Decision, LoadedPolicy, SourceFacts } from "../policy/types.ts";
import type { Admission, RefusedLoad } from "./types.ts";

/** Where the policy file is expected. */
export const DEFAULT_POLICY = "/etc/bpfman/policy.json";

/** What was found out about an object before it was refused. */
export type KnownOfRefused = Pick<Admission, "source"> & Partial<Omit<RefusedLoad, "decision">>;

/** A refusal by the policy, with what the policy said and what it was about. */
export class PolicyError extends BpfmanError {
  override readonly name = "PolicyError";
  /** Source, object and signer as far as they are known; rule, line and reason. */
  readonly refused: RefusedLoad;

  constructor(
    message: string,
    options: {
      readonly code: string;
      readonly hint: string;
      readonly decision: Decision;
      readonly known: KnownOfRefused;
    },
  ) {
    const { code, hint, decision, known } = options;
    super(message, { code, hint, kind: ErrorKind.POLICY });
    const { source, signer = null } = known;
    // the digest of a file is that of its object
    const { objectDigest = source.kind === "file" ? source.digest : null } = known;
    // it crosses to another process, which knows these keys and no other
    const { allowed, reason, scope, rule, where } = decision;
    this.refused = {
      ...{ source, objectDigest, signer },
      decision: { allowed, reason, scope, rule, where },
    };
  }

  /** Rule, line and reason. */
  get decision(): Decision {
    return this.refused.decision;
  }
}

/** The scope of this very content, and of nothing else. */
function exactScope(source: SourceFacts): string {
  return `${sourceName(source)}@${source.digest}`;
}

/** The line of a policy that would let this very content in. */
function allowingLine(source: SourceFacts): string {
  return `${JSON.stringify(exactScope(source))}: { "action": "accept" }`;
}

/** Rule and line of a decision, as they stand behind a reason. */
function ruleText({ rule, where }: Decision): string {
  return rule === "" ? where : `${rule}, ${where}`;
}

/**
 * The error for what a policy refuses.
 *
 * @param action What was to be done, such as `Cannot load "x"`.
 * @param decision What the policy said.
 * @param known What it is about.
 */
export function policyRefusal(
  action: string,
  decision: Decision,
  known: KnownOfRefused,
): PolicyError {
  return new PolicyError(`${action}: ${decision.reason} (${ruleText(decision)})`, {
    code: "policy-refused",
    decision,
    known,
    hint: 'Ask "bpfman policy why" with the words of the command',
  });
}

/** What is known of a load that lacks a good signature. */
export interface Unsigned {
  readonly name: string;
  readonly source: SourceFacts;
  readonly policy: LoadedPolicy;
  readonly decision: Decision;
  /** How many signatures there are, whoever made them. */
  readonly signatures: number;
  /** The words of the command, when they are known. */
  readonly words?: readonly string[];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A password is not printed once more, and another exception would stand beside the one that helps. */
const LEFT_OUT = ["--registry-auth", "--allow-unsigned"] as const;

function withoutOptions(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (LEFT_OUT.some((name) => word === name)) at++;
    else if (!LEFT_OUT.some((name) => word.startsWith(`${name}=`))) kept.push(word);
  }
  return kept;
}

/** The command with an exception for this content alone. */
function allowingCommand(command: readonly string[], digest: string): string {
  const words = withoutOptions(command);
  const dashes = words.indexOf("--");
  const at = dashes < 0 ? words.length : dashes;
  const all = [...words.slice(0, at), "--allow-unsigned", digest, ...words.slice(at)];
  return ["bpfman", ...all.map(quoted)].join(" ");
}

function hintFor({ source, policy, words, signatures }: Unsigned): string {
  const file = policy.isBuiltIn === true ? DEFAULT_POLICY : policy.name;
  const name = signatures === 0
    ? "Have it signed, and name who is trusted with --key FILE."
    : "Name who is trusted, with --key FILE or --certificate-identity and " +
      "--certificate-oidc-issuer.";
  const mayCommand = policy.isBuiltIn === true && words !== undefined && source.kind !== "file";
  return [
    `${name} To let in this very content although nobody trusted has signed it`,
    ...mayCommand ? [`  once: ${allowingCommand(words, source.digest)}`] : [],
    `  always, among the scopes of ${file}: ${allowingLine(source)}`,
  ].join("\n");
}

function unsignedCode({ kind }: Pick<SourceFacts, "kind">) {
  return kind === "file" ? { code: "file-unsigned" } : { code: "image-unsigned" };
}

/** The error for what has no signature that counts. */
export function unsignedRefusal(unsigned: Unsigned): PolicyError {
  const { name, source, decision, signatures, policy } = unsigned;
  const reason = signatures === 0
    ? `${source.kind === "file" ? "the file" : "the image"} is not signed`
    : policy.isBuiltIn === true && decision.rule === "default.action"
    ? "it is signed, but nobody is named who is trusted"
    : decision.reason;
  return new PolicyError(`Cannot load "${name}": ${reason} (${ruleText(decision)})`, {
    ...signatures === 0 ? unsignedCode(source) : { code: "signature-refused" },
    decision: { ...decision, allowed: false, reason },
    known: { source },
    hint: hintFor(unsigned),
  });
}
