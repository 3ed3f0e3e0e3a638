/**
 * Is a link where an application wants one? Places are compared here, and apart from them what may
 * change while the link stays where it is.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import { codesOf, DEFAULT_PROCEED_ON } from "../chain/proceed_on.ts";
import { hookOf, isMember } from "../link/member_hook.ts";
import type { StoreState } from "../store/state.ts";
import type {
  AttachTarget,
  CgroupDetails,
  InterfacePlace,
  LinkDetails,
  LinkRecord,
} from "../types.ts";
import type { DesiredProgram } from "./types.ts";

/** Which network namespace a path stands for: its inode number, null when there is none. */
export type NamespaceOf = (path: string | null) => number | null;

/** Where a program of an application is wanted. */
export interface WantedPlace {
  /** The program. */
  readonly program: Pick<DesiredProgram, "type" | "attachFunction">;
  /** The place. */
  readonly target: AttachTarget;
}

/** Where cgroup version 2 is mounted, alone and beside version 1. */
const CGROUP_ROOTS: readonly string[] = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

function isSameNamespace(
  details: InterfacePlace,
  netns: string | undefined,
  namespaceOf: NamespaceOf | undefined,
): boolean {
  // two paths may be one namespace, and a path may be another one than before
  if (namespaceOf === undefined) return details.netns === (netns ?? null);
  return namespaceOf(netns ?? null) === details.nsid;
}

function isSameCgroup({ path }: CgroupDetails, wanted: string): boolean {
  const whole = wanted.replace(/\/+$/, "");
  if (whole.startsWith("/")) return path === whole;
  return CGROUP_ROOTS.some((root) => path === `${root}/${whole}`);
}

type Compare = (details: LinkDetails, wanted: WantedPlace) => boolean;

/** Kinds whose place is fixed when the program is loaded. */
const fixedAtLoad: Compare = (details, { program }) => {
  const target = program.attachFunction ?? "";
  if (details.kind === "lsm") return details.hookName === target;
  return "functionName" in details && details.functionName === target;
};

const cgroup: Compare = (details, { target, program }) => {
  if (details.kind !== "cgroup_skb" && details.kind !== "cgroup_sock_addr") return false;
  if (target.kind !== details.kind) return false;
  const hook = target.kind === "cgroup_skb"
    ? target.direction ?? "ingress"
    : program.attachFunction ?? "";
  return details.hook === hook && isSameCgroup(details, target.path);
};

const kprobe: Compare = (details, { target }) =>
  target.kind === "kprobe" && (details.kind === "kprobe" || details.kind === "kretprobe") &&
  details.functionName === target.functionName && details.offset === (target.offset ?? 0);

const uprobe: Compare = (details, { target }) =>
  target.kind === "uprobe" && (details.kind === "uprobe" || details.kind === "uretprobe") &&
  details.target === target.target && details.functionName === (target.functionName ?? null) &&
  details.offset === (target.offset ?? 0) && details.pid === (target.pid ?? 0) &&
  details.containerPid === (target.containerPid ?? 0);

/** Kinds without an interface, by the kind of what is wanted. */
const COMPARE: Readonly<Record<Exclude<AttachTarget["kind"], InterfaceKind>, Compare>> = {
  tracepoint: (details, { target }) =>
    target.kind === "tracepoint" && details.kind === "tracepoint" &&
    details.group === target.group && details.name === target.name,
  raw_tracepoint: (details, { target }) =>
    target.kind === "raw_tracepoint" && details.kind === "raw_tracepoint" &&
    details.name === target.name,
  perf_event: (details, { target }) =>
    target.kind === "perf_event" && details.kind === "perf_event" &&
    details.frequency === target.frequency && details.pid === (target.pid ?? 0),
  kprobe,
  uprobe,
  fentry: fixedAtLoad,
  fexit: fixedAtLoad,
  lsm: fixedAtLoad,
  cgroup_skb: cgroup,
  cgroup_sock_addr: cgroup,
};

type InterfaceKind = "xdp" | "tc" | "tcx" | "netkit";
type InterfaceTarget = Extract<AttachTarget, { readonly kind: InterfaceKind }>;
type InterfaceDetails = Extract<LinkDetails, { readonly kind: InterfaceKind }>;

function hasInterface(details: LinkDetails): details is InterfaceDetails {
  return "ifindex" in details;
}

function sideOf(place: InterfaceTarget | InterfaceDetails): string {
  if (place.kind === "netkit") return place.end ?? "primary";
  return place.kind === "xdp" ? "" : place.direction;
}

/** An XDP mode that is asked for belongs to the place: a link cannot change it where it sits. */
function isModeRight(details: InterfaceDetails, target: InterfaceTarget): boolean {
  if (target.kind !== "xdp" || target.mode === undefined) return true;
  return details.kind === "xdp" && details.mode === target.mode;
}

/**
 * True when a link sits where it is wanted, whatever its priority.
 *
 * @param details Where it sits.
 * @param wanted Where it is wanted.
 * @param namespaceOf What paths of network namespaces stand for. @default paths are compared
 */
export function isAtPlace(
  details: LinkDetails,
  wanted: WantedPlace,
  namespaceOf?: NamespaceOf,
): boolean {
  const { target, program } = wanted;
  // each type of program has one kind of link, and return probes are a kind of their own
  if (details.kind !== program.type) return false;
  switch (target.kind) {
    case "xdp":
    case "tc":
    case "tcx":
    case "netkit":
      return hasInterface(details) && details.kind === target.kind &&
        details.interface === target.interface && sideOf(details) === sideOf(target) &&
        isSameNamespace(details, target.netns, namespaceOf) && isModeRight(details, target);
    default:
      return COMPARE[target.kind](details, wanted);
  }
}

function proceedsAlike(details: LinkDetails, target: AttachTarget): boolean {
  if (!isMember(details) || (target.kind !== "xdp" && target.kind !== "tc")) return true;
  const { kind, proceedOn } = target;
  const wanted = proceedOn === undefined ? DEFAULT_PROCEED_ON[kind] : codesOf(kind, proceedOn);
  return wanted.length === details.proceedOn.length &&
    wanted.every((code, at) => code === details.proceedOn[at]);
}

function hasEngine(rows: StoreState, details: LinkDetails, target: AttachTarget): boolean {
  if (!isMember(details) || !("engine" in target) || target.engine === undefined) return true;
  return rows.hooks.get(hookKey(hookOf(details)))?.current?.choice === target.engine;
}

/**
 * True when a link at its place has the order and the results that are wanted.
 *
 * @param rows What is remembered.
 * @param link The link, which is at its place.
 * @param target What is wanted.
 */
export function isAsWanted(
  rows: StoreState,
  { details }: Pick<LinkRecord, "details">,
  target: AttachTarget,
): boolean {
  const isInOrder = !("priority" in details) || !("priority" in target) ||
    details.priority === target.priority;
  return isInOrder && proceedsAlike(details, target) && hasEngine(rows, details, target);
}
