/**
 * The program that the kernel itself says is on a hook, whoever put it there and however.
 *
 * @module
 */
import type { ChainHook } from "../../core/chain/model.ts";
import { openKernel } from "../../ffi/mod.ts";

/** Id of the one program that packets meet on a hook, null for none. */
export function mainProgramOf(hook: ChainHook): number | null {
  const { network, traffic } = openKernel();
  return network.within(hook.netns, () => {
    if (hook.kind === "xdp") return traffic.xdp(hook.ifindex)?.programId ?? null;
    const filters = traffic.filters(hook.ifindex, hook.direction)
      .filter(({ programId }) => programId !== 0);
    if (filters.length > 1) {
      throw new Error(`Cannot tell the main program: ${filters.length} filters run programs`);
    }
    return filters[0]?.programId ?? null;
  });
}
