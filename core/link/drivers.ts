/**
 * The kinds of links, by word.
 *
 * @module
 */
import type { AttachTarget, LinkDetails, LinkRecord } from "../types.ts";
import { cgroupSkbDriver, cgroupSockAddrDriver } from "./cgroup.ts";
import type { LinkDriver, PlaceDriver } from "./driver.ts";
import { kprobeDriver } from "./kprobe.ts";
import { netkitDriver } from "./netkit.ts";
import { perfEventDriver } from "./perf_event.ts";
import { rawTracepointDriver } from "./raw_tracepoint.ts";
import { tcDriver } from "./tc.ts";
import { tcxDriver } from "./tcx.ts";
import { tracepointDriver } from "./tracepoint.ts";
import { fentryDriver, fexitDriver, lsmDriver } from "./tracing.ts";
import { uprobeDriver } from "./uprobe.ts";
import { xdpDriver } from "./xdp.ts";

const DRIVERS = {
  tcx: tcxDriver,
  netkit: netkitDriver,
  tracepoint: tracepointDriver,
  raw_tracepoint: rawTracepointDriver,
  kprobe: kprobeDriver,
  uprobe: uprobeDriver,
  fentry: fentryDriver,
  fexit: fexitDriver,
  lsm: lsmDriver,
  cgroup_skb: cgroupSkbDriver,
  cgroup_sock_addr: cgroupSockAddrDriver,
  perf_event: perfEventDriver,
} as const;

/** Kinds whose links are members of a chain: the hook is changed as a whole. */
const MEMBERS = { xdp: xdpDriver, tc: tcDriver } as const;

/** Kinds of targets whose links stand for themselves. */
export type OwnKind = keyof typeof DRIVERS;

/** What finds the place of a kind of target. */
export function placeDriverFor(kind: AttachTarget["kind"]): PlaceDriver<AttachTarget, LinkDetails> {
  // each driver is only ever called with targets of its own kind
  return { ...DRIVERS, ...MEMBERS }[kind] as unknown as PlaceDriver<AttachTarget, LinkDetails>;
}

/** The driver for a kind of target. */
export function driverFor(kind: OwnKind): LinkDriver<AttachTarget, LinkDetails> {
  // each driver is only ever called with targets and details of its own kind
  return DRIVERS[kind] as unknown as LinkDriver<AttachTarget, LinkDetails>;
}

/** The driver of a link that stands for itself. */
export function driverOf({ details: { kind } }: LinkRecord): LinkDriver {
  // the driver of a function makes its return probes too
  if (kind === "kretprobe") return driverFor("kprobe");
  if (kind === "uretprobe") return driverFor("uprobe");
  if (kind === "xdp" || kind === "tc") {
    throw new TypeError(`Cannot drive a link of kind "${kind}": it is a member of a chain`);
  }
  return driverFor(kind);
}
