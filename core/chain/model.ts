/**
 * Chains: several programs on one hook, as plain values that know nothing of the kernel.
 *
 * @module
 */
import type { Direction, InterfacePlace, LinkId, ProgramId } from "../types.ts";

/** A hook that runs a chain: XDP on an interface, or one side of it for TC. */
export type ChainHook =
  | InterfacePlace & { readonly kind: "xdp" }
  | InterfacePlace & { readonly kind: "tc"; readonly direction: Direction };

/** One program's place in a chain. */
export interface ChainMember {
  /** The link that put it there. */
  readonly linkId: LinkId;
  /** Its program. */
  readonly programId: ProgramId;
  /** Lower runs first; of the same priority, the link that was made first (the lower id). */
  readonly priority: number;
  /** Return codes after which the next program runs, ascending; -1 is `unspec` of TC. */
  readonly proceedOn: readonly number[];
}

/** What makes a chain real. `direct` is one program alone, attached as it is. */
export const ENGINE_NAMES = ["direct", "compose", "freplace", "libxdp"] as const;

/** Name of an engine. */
export type EngineName = typeof ENGINE_NAMES[number];

/** The engine as it is asked for. */
export type EngineChoice = "auto" | Exclude<EngineName, "direct">;
