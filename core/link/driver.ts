/**
 * What every kind of link must be able to do. One file per kind has the same three functions.
 *
 * @module
 */
import type { OwnedFd } from "../../ffi/mod.ts";
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type {
  AttachTarget,
  LinkDetails,
  LinkId,
  LinkRecord,
  ProgramRecord,
  ProgramType,
} from "../types.ts";

/** What an attach may look at. */
export interface AttachContext {
  readonly machine: Machine;
  readonly state: StoreState;
  readonly program: ProgramRecord;
}

/** One kind of link. */
export interface LinkDriver<
  T extends AttachTarget = AttachTarget,
  D extends LinkDetails = LinkDetails,
> {
  /** Types of programs that this kind drives. */
  readonly types: readonly ProgramType[];
  /** Capabilities that attaching needs. */
  readonly needs: readonly string[];
  /** Finds the place; throws when there is none. Changes nothing. */
  resolve(context: AttachContext, target: T): D;
  /** Makes the kernel's link. */
  attach(context: AttachContext, programFd: number, details: D): OwnedFd;
  /** Where the link's pin goes. */
  pinPath(context: AttachContext, id: LinkId, details: D): string;
}

/** The place in words, for messages and tables, such as `veth0 ingress`. */
export function describePlace(details: LinkDetails): string {
  switch (details.kind) {
    case "xdp":
      return details.interface;
    case "tcx":
      return `${details.interface} ${details.direction}`;
    case "tracepoint":
      return `${details.group}/${details.name}`;
    case "uprobe":
    case "uretprobe": {
      const { target, functionName, offset } = details;
      const plus = offset === 0 && functionName !== null ? "" : `+0x${offset.toString(16)}`;
      return `${target} ${functionName ?? ""}${plus}`;
    }
  }
}

/** Links on one TCX hook in the order in which the kernel runs them. */
export function tcxChain(
  state: StoreState,
  hook: { readonly nsid: number; readonly ifindex: number; readonly direction: string },
): LinkRecord[] {
  return [...state.links.values()].filter(({ details }) =>
    details.kind === "tcx" && details.nsid === hook.nsid && details.ifindex === hook.ifindex &&
    details.direction === hook.direction
  ).sort((a, b) => priorityOf(a) - priorityOf(b) || a.id - b.id);
}

/** Priority of a network link, 0 for other kinds. */
export function priorityOf({ details }: LinkRecord): number {
  return details.kind === "xdp" || details.kind === "tcx" ? details.priority : 0;
}

/** Position of a link in the chain of its hook; null where a kind has none. */
export function positionOf(state: StoreState, record: LinkRecord): number | null {
  const { details } = record;
  if (details.kind === "xdp") return details.position;
  if (details.kind !== "tcx") return null;
  return tcxChain(state, details).findIndex(({ id }) => id === record.id);
}
