/**
 * What every kind of link must be able to do. One file per kind has the same functions.
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
  /** Of a link that was there before: it comes before younger ones. @default it is the youngest */
  readonly linkId?: LinkId;
}

/** What an attach made. */
export interface Attached<D extends LinkDetails = LinkDetails> {
  /** The kernel's links, the main one first; none where the hook has no links. */
  readonly links: readonly OwnedFd[];
  /** The place as it came to be. */
  readonly details: D;
}

/** What a kind of link is for, and how its place is found. */
export interface PlaceDriver<
  T extends AttachTarget = AttachTarget,
  D extends LinkDetails = LinkDetails,
> {
  /** Types of programs that this kind drives. */
  readonly types: readonly ProgramType[];
  /** Finds the place; throws when there is none. Changes nothing. */
  resolve(context: AttachContext, target: T): D;
}

/** One kind of link that stands for itself. */
export interface LinkDriver<
  T extends AttachTarget = AttachTarget,
  D extends LinkDetails = LinkDetails,
> extends PlaceDriver<T, D> {
  /** Makes the kernel's link. */
  attach(context: AttachContext, programFd: number, details: D): Attached<D>;
  /** Where the link's pin goes; empty where the hook has no links. */
  pinPath(context: AttachContext, id: LinkId, details: D): string;
}

/** Pins of a link besides its main one: a perf_event link has one for each further processor. */
export function partPins({ pinPath, details }: LinkRecord): string[] {
  if (details.kind !== "perf_event") return [];
  return details.cpus.slice(1).map((cpu) => `${pinPath}_cpu${cpu}`);
}

function plus(offset: number): string {
  return offset === 0 ? "" : `+0x${offset.toString(16)}`;
}

/** The place in words, the only ones for messages, tables and trees, such as `veth0 ingress`. */
export function describePlace(details: LinkDetails): string {
  switch (details.kind) {
    case "xdp":
      return details.interface;
    case "tc":
    case "tcx":
      return `${details.interface} ${details.direction}`;
    case "netkit":
      return `${details.interface} ${details.end}`;
    case "tracepoint":
      return `${details.group}/${details.name}`;
    case "raw_tracepoint":
      return details.name;
    case "kprobe":
    case "kretprobe":
      return `${details.functionName}${plus(details.offset)}`;
    case "uprobe":
    case "uretprobe": {
      const place = `${details.functionName ?? ""}${plus(details.offset)}`;
      return place === "" ? details.target : `${details.target} ${place}`;
    }
    case "fentry":
    case "fexit":
      return details.functionName;
    case "lsm":
      return details.hookName;
    case "cgroup_skb":
    case "cgroup_sock_addr":
      return `${details.path} ${details.hook}`;
    case "perf_event":
      return `cpu-clock ${details.frequency} Hz`;
  }
}
