/**
 * What can be seen of a place where the kernel calls a chain.
 *
 * @module
 */
import type { LinkId } from "../types.ts";

/** What was seen of a seat. */
export interface SeatSighting {
  /** `hidden`: there, but we may not look; `severed`: there, but its interface is gone. */
  readonly state: "absent" | "severed" | "hidden" | "present";
  /** The program that it calls, null when unknown. */
  readonly programId: number | null;
  /** The kernel's id of its link, null for none. */
  readonly kernelLinkId: number | null;
  /** Members that others took away, which only libxdp lets them do. */
  readonly lost?: readonly LinkId[];
}
