/**
 * Policies: who may load what, from where, signed by whom, and attach it to what.
 *
 * @module
 */
import type { SignatureRule } from "../signature/types.ts";
import { PROGRAM_TYPES, type ProgramType } from "../types.ts";

/** What becomes of a load that a scope covers. */
export const ACTIONS = ["reject", "warn", "accept"] as const;
/** `warn` lets an unsigned source pass with a notice; a signature that does not count is refused. */
export type PolicyAction = typeof ACTIONS[number];

/** What helpers a program calls, by what they can do. */
export const HELPER_CLASSES = [
  "observe",
  "change-packet",
  "override-return",
  "write-user-memory",
] as const;
/** One class of helpers. */
export type HelperClass = typeof HELPER_CLASSES[number];

/** Types of programs that a policy can name. */
export const POLICY_TYPES: readonly ProgramType[] = PROGRAM_TYPES;

/** A signature or attestation that must be there. */
export interface Requirement extends SignatureRule {
  /** Predicate type of an attestation, such as `https://slsa.dev/provenance/v1`. @default a signature */
  readonly attestation?: string;
}

/** Who may do it; any one that fits is enough. */
export interface SubjectRule {
  /** Names or ids of users. */
  readonly users?: readonly (string | number)[];
  /** Names or ids of groups. */
  readonly groups?: readonly (string | number)[];
  /** `namespace/name` of Kubernetes. */
  readonly serviceAccounts?: readonly string[];
}

/** What programs may be. */
export interface ProgramRule {
  /** Types. @default all */
  readonly types?: readonly ProgramType[];
  /** Classes of helpers. @default all */
  readonly helpers?: readonly HelperClass[];
  /** Most bytes of all maps of the object, keys and values times entries. @default no limit */
  readonly maxMapBytes?: number;
}

/** Where programs may be attached. `*` stands for any text. */
export interface AttachRule {
  /** Names of interfaces. @default all */
  readonly interfaces?: readonly string[];
  /** Paths of network namespaces; empty text stands for the manager's own. @default all */
  readonly netns?: readonly string[];
  /** Paths of cgroups. @default all */
  readonly cgroups?: readonly string[];
  /** Kernel functions, tracepoints, LSM hooks, binaries. @default all */
  readonly targets?: readonly string[];
  /** Least and greatest priority. @default all */
  readonly priorities?: readonly [number, number];
}

/** What holds for a scope: a registry, a repository, a digest, or a path behind `file:` or `oci:`. */
export interface ScopeRule {
  /** @default "accept" when something is required, else "reject" */
  readonly action?: PolicyAction;
  /** All of them must hold. */
  readonly require?: readonly Requirement[];
  /** @default root */
  readonly subjects?: SubjectRule;
  readonly programs?: ProgramRule;
  readonly attach?: AttachRule;
}

/** A policy. */
export interface Policy {
  /** For what no scope covers. @default rejected */
  readonly default?: ScopeRule;
  /** By scope; the longest that covers a source decides. */
  readonly scopes?: Readonly<Record<string, ScopeRule>>;
  /** Files with further trusted roots. */
  readonly trustedRoots?: readonly string[];
}

/** A policy with where it came from. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** Path of the file, or what stands for it. */
  readonly name: string;
  /** True for the policy that holds where nobody wrote one. @default false */
  readonly isBuiltIn?: boolean;
  /** Line of a value of the policy, from 1; 0 when there is no file. */
  lineOf(path: readonly (string | number)[]): number;
}

/** Who asks. */
export interface Requester {
  readonly uid: number;
  /** Name, when it is known. */
  readonly user: string | null;
  /** Ids and names of the groups. */
  readonly groups: readonly (string | number)[];
  /** `namespace/name`, when it acts for one. */
  readonly serviceAccount: string | null;
  /** Who became root by sudo or pkexec; counts as well. @default nobody */
  readonly behind?: Requester;
}

/** Where an object comes from. */
export type SourceFacts =
  /** `registry/repository` and the digest that the name was resolved to. */
  | { readonly kind: "image"; readonly repository: string; readonly digest: string }
  /** A layout on the disk. */
  | { readonly kind: "layout"; readonly path: string; readonly digest: string }
  | { readonly kind: "file"; readonly path: string; readonly digest: string };

/** What an object would do. */
export interface ObjectFacts {
  readonly programs: readonly {
    readonly name: string;
    readonly type: ProgramType;
    readonly helpers: readonly HelperClass[];
  }[];
  readonly mapBytes: number;
}

/** Where a program would be attached. */
export interface AttachFacts {
  readonly interface?: string;
  readonly netns?: string;
  readonly cgroup?: string;
  readonly target?: string;
  readonly priority?: number;
}

/** What a policy says, and which of its lines. */
export interface Decision {
  /** True when it may happen. */
  readonly allowed: boolean;
  /** Why, in words; empty when it is allowed. */
  readonly reason: string;
  /** The scope that decided; `default` when none covers the source. */
  readonly scope: string;
  /** Path of the value within the policy, such as `scopes."quay.io/x".programs.types`. */
  readonly rule: string;
  /** `FILE:LINE`; the name alone when there is no file. */
  readonly where: string;
}
