/**
 * What the process that loads keeps, by types and places: the table of `core/privileges`, which tests
 * hold against kernels, as far as it is known before anything is read. Capabilities are in effect only
 * while a call of the kernel needs them.
 *
 * @module
 */
import type { DesiredApplication } from "../../core/declared/types.ts";
import { capabilitiesFor } from "../../core/privileges/needs.ts";
import type { CapabilityName } from "../../core/privileges/types.ts";
import type { StoreState } from "../../core/store/state.ts";
import { LINK_KINDS, type LinkKind, PROGRAM_TYPES, type ProgramType } from "../../core/types.ts";

/** What work on links means for a jail. */
export interface KindNeeds {
  readonly capabilities: readonly CapabilityName[];
  readonly mayNetlink: boolean;
  readonly mayOpenPerfEvents: boolean;
}

/** Kinds whose programs share a hook. */
export const CHAINED: readonly LinkKind[] = ["xdp", "tc"];
const NETWORK: readonly LinkKind[] = [...CHAINED, "tcx", "netkit"];
const KERNEL_PROBES: readonly LinkKind[] = ["kprobe", "kretprobe"];
const EVENTS: readonly LinkKind[] = [
  ...KERNEL_PROBES,
  "tracepoint",
  "uprobe",
  "uretprobe",
  "perf_event",
];

/** Work on links. */
export interface LinkWork {
  readonly verb: "attach" | "detach";
  readonly kinds: readonly LinkKind[];
  /** True where `kernel.perf_event_paranoid` is above 2. */
  readonly isPerfRestricted: boolean;
}

/** What work on links needs. */
export function needsOfLinks({ verb, kinds, isPerfRestricted }: LinkWork): KindNeeds {
  const isOf = (some: readonly LinkKind[]) => kinds.some((kind) => some.includes(kind));
  return {
    capabilities: capabilitiesFor({
      verb,
      attachKinds: kinds,
      isPerfRestricted,
      // which engine a hook has is found out with the lock held
      extensions: isOf(CHAINED),
      libxdp: kinds.includes("xdp"),
      kernelSymbols: isOf(KERNEL_PROBES),
    }),
    mayNetlink: isOf(NETWORK),
    mayOpenPerfEvents: isOf(EVENTS),
  };
}

/**
 * What loading programs of some types needs; whether they name symbols of the kernel is not known.
 *
 * @param types Types of the programs.
 * @param moduleTarget True when one is for a function of a module.
 */
export function needsOfTypes(
  types: readonly ProgramType[],
  moduleTarget: boolean,
): readonly CapabilityName[] {
  if (types.length === 0) return [];
  return capabilitiesFor({ verb: "load", types, kernelSymbols: true, moduleTarget });
}

/** Applications of an apply that is under way, or was when its process was killed. */
export function interruptedApplications(state: StoreState | null): readonly DesiredApplication[] {
  return (state?.apply?.plans ?? []).map(({ generation }) => generation.application);
}

/** Kinds of the links that applications want. */
export function wantedKinds(applications: readonly DesiredApplication[]): LinkKind[] {
  return applications.flatMap(({ programs }) =>
    programs.flatMap(({ links }) => links.map(({ target }) => target.kind))
  );
}

/** Types of the programs that applications want. */
export function wantedTypes(applications: readonly DesiredApplication[]): ProgramType[] {
  return applications.flatMap(({ programs }) => programs.map(({ type }) => type));
}

/** Kinds of everything that is remembered; all of them where nobody can tell. */
export function storedKinds(state: StoreState | null): LinkKind[] {
  if (state === null) return [...LINK_KINDS];
  const links = [...state.links.values()].map(({ details }) => details.kind);
  const hooks = [...state.hooks.values()].map(({ hook }) => hook.kind);
  const before = (state.apply?.before.links ?? []).map(({ details }) => details.kind);
  const interrupted = wantedKinds(interruptedApplications(state));
  return [...new Set<LinkKind>([...links, ...hooks, ...before, ...interrupted])];
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
