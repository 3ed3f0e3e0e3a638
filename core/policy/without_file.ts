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

/** Files on this machine are as trusted as root, who alone may load them. */
const LOCAL: ScopeRule = { action: "accept" };

function imageRule(
  { verifyEnabled = true, allowUnsigned = false, trustedIdentities = [] }: SigningSettings,
): ScopeRule {
  if (!verifyEnabled) return { action: "accept" };
  const wanted: Requirement = { identities: trustedIdentities };
  const require = trustedIdentities.length === 0 ? {} : { require: [wanted] };
  return allowUnsigned ? { action: "warn", ...require } : require;
}

/**
 * The policy that holds without a file: local files by root are allowed; images must be signed by the
 * identities of bpfman's `[signing]`, or are refused.
 *
 * @param signing What the configuration says.
 * @param name Where that was said, for messages.
 */
export function builtInPolicy(signing: SigningSettings, name: string): LoadedPolicy {
  const policy: Policy = { default: imageRule(signing), scopes: { "file:": LOCAL } };
  return { policy, name, lineOf: () => 0 };
}
