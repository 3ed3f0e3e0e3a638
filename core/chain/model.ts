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

/** Name of an engine: what makes a chain real. `direct` is one program alone, attached as it is. */
export type EngineName = "direct" | "compose" | "freplace" | "libxdp";

/** The engine as it is asked for: by name, or the choice of the best one. */
export type EngineChoice = "auto" | "compose" | "freplace" | "libxdp";

/** What may be asked for. */
export const ENGINE_CHOICES: readonly EngineChoice[] = ["auto", "compose", "freplace", "libxdp"];

/** Kind of a hook in one word, as bpfman names its dispatchers. */
export type HookWord = "xdp" | "tc-ingress" | "tc-egress";

/** Every kind of hook. */
export const HOOK_WORDS: readonly HookWord[] = ["xdp", "tc-ingress", "tc-egress"];

/** Kind of a hook in one word. */
export function hookWord(hook: ChainHook): HookWord {
  return hook.kind === "xdp" ? "xdp" : `tc-${hook.direction}`;
}

/** What tells a hook from all others: its kind, its namespace, its interface. */
export function hookKey(hook: ChainHook): string {
  return `${hookWord(hook)}_${hook.nsid}_${hook.ifindex}`;
}

/** A hook in words, such as `veth0 ingress`. */
export function describeHook(hook: ChainHook): string {
  return hook.kind === "xdp" ? hook.interface : `${hook.interface} ${hook.direction}`;
}
