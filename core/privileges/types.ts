/**
 * What a change asks of the kernel, as data: which capabilities, who checks them, and why.
 *
 * @module
 */
import type { LinkKind, ProgramType } from "../types/words.ts";

/** Name of a capability that changes may need. */
export type CapabilityName =
  | "CAP_CHOWN"
  | "CAP_NET_ADMIN"
  | "CAP_SYS_PTRACE"
  | "CAP_SYS_ADMIN"
  | "CAP_SYSLOG"
  | "CAP_PERFMON"
  | "CAP_BPF";

/** These, by their number (uapi/linux/capability.h). */
export const CAPABILITY_NAMES: readonly CapabilityName[] = [
  "CAP_CHOWN",
  "CAP_NET_ADMIN",
  "CAP_SYS_PTRACE",
  "CAP_SYS_ADMIN",
  "CAP_SYSLOG",
  "CAP_PERFMON",
  "CAP_BPF",
];

/** Verbs that change something. */
export const CHANGE_VERBS = [
  "load",
  "run",
  "replace",
  "attach",
  "detach",
  "unload",
  "delete",
  "update",
  "delete-dispatcher",
  "repair",
] as const;

/** A verb that changes something. */
export type ChangeVerb = typeof CHANGE_VERBS[number];

/** What a change may come upon besides its program types and places. */
export const SITUATIONS = [
  "firstUse",
  "netns",
  "foreignProcess",
  "mapGroup",
  "kernelSymbols",
  "moduleTarget",
  "extensions",
  "libxdp",
] as const;

/** What a change may come upon. */
export type Situation = typeof SITUATIONS[number];

/** One capability that something needs. */
export interface CapabilityNeed {
  readonly capability: CapabilityName;
  /**
   * `every`: the kernel refuses without it, whatever the program and the place. `some`: it refuses
   * some, which cannot be told from the command line.
   */
  readonly scope: "every" | "some";
  /** System call, then the kernel's functions down to the one that asks. */
  readonly rule: string;
  /** Why the kernel asks. */
  readonly why: string;
  /** A setting of the kernel under which it does not ask. */
  readonly unless?: string;
  /** Asked only where `kernel.perf_event_paranoid` is above 2, or only where it is not. */
  readonly perf?: "restricted" | "usual";
}

/** A change, as far as its capabilities depend on it. */
export interface PrivilegeQuestion {
  readonly verb: ChangeVerb;
  /** Types of the programs that are loaded. @default every type */
  readonly types?: readonly ProgramType[];
  /** Kinds of the links that are made, changed or cut. @default every kind */
  readonly attachKinds?: readonly LinkKind[];
  /** `kernel.perf_event_paranoid` is above 2, as Debian has it. @default true */
  readonly isPerfRestricted?: boolean;
  /** The runtime directory is made and its bpffs is mounted. @default false */
  readonly firstUse?: boolean;
  /** A place is in another network namespace. @default false */
  readonly netns?: boolean;
  /** A probe names a process (--pid, --container-pid). @default false */
  readonly foreignProcess?: boolean;
  /** The configuration gives pinned maps to a group. @default false */
  readonly mapGroup?: boolean;
  /** Addresses of the kernel are looked up (kprobe --offset, externs without types). @default false */
  readonly kernelSymbols?: boolean;
  /** An fentry or fexit program is for a function of a module. @default false */
  readonly moduleTarget?: boolean;
  /** A chain is made of extension programs (--engine freplace). @default false */
  readonly extensions?: boolean;
  /** A chain is that of libxdp, or somebody else's program is on the interface. @default false */
  readonly libxdp?: boolean;
}

/** A need with what it comes from. */
export interface NeedOfPart extends CapabilityNeed {
  /** Such as `load xdp`, `attach uprobe`, `netns`. */
  readonly part: string;
}
