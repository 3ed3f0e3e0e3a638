/**
 * Who decides about a load: the policy, who asks, and what the command demands on top.
 *
 * @module
 */
import type { LoadedPolicy, Requester } from "../policy/types.ts";
import type { TrustedRoot } from "../signature/trusted_root.ts";
import type { SignatureRule } from "../signature/types.ts";

/** A signature that the command line names. */
export interface Demand {
  /** Keys are texts here, not files. */
  readonly rule: SignatureRule;
  /** Trusted root in place of those of the policy. */
  readonly root?: TrustedRoot;
}

/** What a load is judged by. */
export interface Court {
  readonly policy: LoadedPolicy;
  readonly requester: Requester;
  /** Must hold on top of a policy file. @default nothing more */
  readonly demand?: Demand;
}

/** A path that a policy names: one that is relative begins where the policy is. */
export function policyPath({ name }: LoadedPolicy, path: string): string {
  return path.startsWith("/") ? path : `${name.slice(0, name.lastIndexOf("/") + 1)}${path}`;
}
