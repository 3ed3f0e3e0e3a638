/**
 * Which capabilities work on programs and links takes, as far as a process keeps them at all. They
 * are in effect only while a call of the kernel needs them.
 *
 * @module
 */
import { PROGRAM_KINDS } from "../../core/program/kinds.ts";
import type { DesiredApplication } from "../../core/declared/types.ts";
import type { StoreState } from "../../core/store/state.ts";
import {
  type AttachTarget,
  type LinkDetails,
  PROGRAM_TYPES,
  type ProgramType,
} from "../../core/types.ts";

/** Capabilities that some command needs. */
export type Capability =
  | "CAP_BPF"
  | "CAP_CHOWN"
  | "CAP_NET_ADMIN"
  | "CAP_PERFMON"
  | "CAP_SYS_ADMIN"
  | "CAP_SYS_PTRACE";

/** Kinds of links, as targets and as what is remembered name them. */
type Kind = AttachTarget["kind"] | LinkDetails["kind"];

/** What a set of kinds means for a jail. */
export interface KindNeeds {
  readonly capabilities: readonly Capability[];
  readonly mayNetlink: boolean;
  readonly mayOpenPerfEvents: boolean;
}

const CHAINED: readonly Kind[] = ["xdp", "tc"];
const NETWORK: readonly Kind[] = [...CHAINED, "tcx", "netkit"];
const CGROUP: readonly Kind[] = ["cgroup_skb", "cgroup_sock_addr"];
const PROBES: readonly Kind[] = [
  "tracepoint",
  "kprobe",
  "kretprobe",
  "uprobe",
  "uretprobe",
  "perf_event",
];

function capabilitiesOf(kind: Kind): readonly Capability[] {
  // a chain's other members are found by the ids of the kernel, and joined by extension programs
  if (CHAINED.includes(kind)) return ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYS_ADMIN"];
  if (NETWORK.includes(kind) || CGROUP.includes(kind)) return ["CAP_BPF", "CAP_NET_ADMIN"];
  // the kernel takes probes of user space from CAP_SYS_ADMIN alone, and Debian's kernels all events
  if (PROBES.includes(kind)) return ["CAP_BPF", "CAP_PERFMON", "CAP_SYS_ADMIN"];
  return ["CAP_BPF", "CAP_PERFMON"];
}

/** What kinds of links need. */
export function needsOfKinds(kinds: readonly Kind[]): KindNeeds {
  return {
    capabilities: kinds.flatMap(capabilitiesOf),
    mayNetlink: kinds.some((kind) => NETWORK.includes(kind)),
    mayOpenPerfEvents: kinds.some((kind) => PROBES.includes(kind)),
  };
}

/**
 * What loading programs of some types needs. Without CAP_PERFMON the verifier takes no program that
 * subtracts pointers, as those of the network do to measure packets.
 */
export function needsOfTypes(types: readonly ProgramType[]): readonly Capability[] {
  // the table has capabilities of this type only, which a test checks
  const listed = types.flatMap((type) => PROGRAM_KINDS[type].needs) as Capability[];
  return types.length === 0 ? [] : [...listed, "CAP_PERFMON"];
}

/** Applications of an apply that is under way, or was when its process was killed. */
export function interruptedApplications(state: StoreState | null): readonly DesiredApplication[] {
  return (state?.apply?.plans ?? []).map(({ generation }) => generation.application);
}

/** Kinds of the links that applications want. */
export function wantedKinds(applications: readonly DesiredApplication[]): Kind[] {
  return applications.flatMap(({ programs }) =>
    programs.flatMap(({ links }) => links.map(({ target }) => target.kind))
  );
}

/** Types of the programs that applications want. */
export function wantedTypes(applications: readonly DesiredApplication[]): ProgramType[] {
  return applications.flatMap(({ programs }) => programs.map(({ type }) => type));
}

/** Kinds of everything that is remembered; all of them where nobody can tell. */
export function storedKinds(state: StoreState | null): Kind[] {
  if (state === null) return [...NETWORK, ...CGROUP, ...PROBES];
  const links = [...state.links.values()].map(({ details }) => details.kind);
  const hooks = [...state.hooks.values()].map(({ hook }) => hook.kind);
  const before = (state.apply?.before.links ?? []).map(({ details }) => details.kind);
  const interrupted = wantedKinds(interruptedApplications(state));
  return [...new Set<Kind>([...links, ...hooks, ...before, ...interrupted])];
}

/** Types of all programs that are remembered; all of them where nobody can tell. */
export function storedTypes(state: StoreState | null): ProgramType[] {
  if (state === null) return [...PROGRAM_TYPES];
  const types = [...state.programs.values()].map(({ type }) => type);
  return [...new Set([...types, ...wantedTypes(interruptedApplications(state))])];
}

/** True when a change was interrupted, which the next one finishes or takes back. */
export function isUnfinished(state: StoreState | null): boolean {
  if (state === null || state.apply !== undefined) return true;
  return [...state.programs.values()].some(({ replaces }) => replaces !== undefined) ||
    [...state.hooks.values()].some(({ next }) => next !== null) ||
    [...state.links.values()].some(({ kernelLinkId, pinPath }) =>
      kernelLinkId === null && pinPath !== ""
    );
}
