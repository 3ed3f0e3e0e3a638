/**
 * The kinds of links that can be attached.
 *
 * @module
 */
import type { AttachTarget, LinkDetails } from "../types.ts";
import type { LinkDriver } from "./driver.ts";
import { tcxDriver } from "./tcx.ts";
import { tracepointDriver } from "./tracepoint.ts";
import { uprobeDriver } from "./uprobe.ts";
import { xdpDriver } from "./xdp.ts";

const DRIVERS = {
  xdp: xdpDriver,
  tcx: tcxDriver,
  tracepoint: tracepointDriver,
  uprobe: uprobeDriver,
} as const;

/**
 * The driver of a target's kind.
 *
 * @param kind Kind of the target.
 */
export function driverFor(kind: AttachTarget["kind"]): LinkDriver<AttachTarget, LinkDetails> {
  // each driver is only ever called with targets and details of its own kind
  return DRIVERS[kind] as unknown as LinkDriver<AttachTarget, LinkDetails>;
}
