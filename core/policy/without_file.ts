/**
 * The policy of a machine without a policy file, and what bpfman's own two switches mean in it.
 *
 * @module
 */
import type { IdentityRule } from "../signature/types.ts";
import type { LoadedPolicy, Policy, Requirement, ScopeRule } from "./types.ts";

/** What bpfman's `[signing]` says. */
export interface SigningSettings {
  /** @default true */
  readonly verifyEnabled?: boolean;
  /** Here an unsigned image is refused unless this is said. @default false */
  readonly allowUnsigned?: boolean;
  /** @default nobody */
  readonly trustedIdentities?: readonly IdentityRule[];
}

/** What one command says on top. */
export interface CommandWishes {
  /** A signature that it names: the only one that counts then, and of files as well. */
  readonly demand?: Requirement;
  /** Scopes `REPOSITORY@DIGEST` of images that it lets in unsigned. */
  readonly allowed?: readonly string[];
}

function imageRule(
  { verifyEnabled = true, allowUnsigned = false, trustedIdentities = [] }: SigningSettings,
): ScopeRule {
  if (!verifyEnabled) return { action: "accept" };
  const wanted: Requirement = { identities: trustedIdentities };
  const require = trustedIdentities.length === 0 ? {} : { require: [wanted] };
  return allowUnsigned ? { action: "warn", ...require } : require;
}

/**
 * The policy that holds without a file: local files by root are allowed, as they are as trusted as
 * root is; images must be signed by the identities of bpfman's `[signing]` or by whom the command
 * names, or are refused.
 *
 * @param signing What the configuration says.
 * @param name Where that was said, for messages.
 * @param wishes What the command says.
 */
export function builtInPolicy(
  signing: SigningSettings,
  name: string,
  { demand, allowed = [] }: CommandWishes = {},
): LoadedPolicy {
  const named: ScopeRule | undefined = demand === undefined
    ? undefined
    : { action: "accept", require: [demand] };
  const exceptions = allowed.map((scope) => [scope, { action: "warn" }] as const);
  const policy: Policy = {
    default: named ?? imageRule(signing),
    scopes: { "file:": named ?? { action: "accept" }, ...Object.fromEntries(exceptions) },
  };
  return { policy, name, isBuiltIn: true, lineOf: () => 0 };
}
