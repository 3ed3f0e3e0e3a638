/**
 * TCX: counts what comes in and what goes out, with one program on each side.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";
import { namespacePath } from "../network.ts";
import { PINGS } from "../stage.ts";

/** Slots of `tcx_stats`. */
const SLOTS = { ingress: 0, egress: 1 } as const;

const FIRST_KERNEL = [6, 6] as const;

/** Why a kernel of this release has no TCX; undefined when it has. */
export function tcxSkipReason(release: string): string | undefined {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [firstMajor, firstMinor] = FIRST_KERNEL;
  if (major > firstMajor || (major === firstMajor && minor >= firstMinor)) return undefined;
  return `TCX needs Linux ${FIRST_KERNEL.join(".")} or newer: this is ${release}`;
}

/** The chapter. */
export const tcx: Chapter = {
  title: "TCX: count both directions of an interface",
  skipReason: () => tcxSkipReason(Deno.osRelease()),
  async run(stage) {
    const { server } = stage.network;
    for (const direction of ["ingress", "egress"] as const) {
      const program = await stage.load({
        object: "tcx_counter",
        type: "tcx",
        name: `tcx_${direction}_count`,
      });
      await stage.attach(program, [
        ...["tcx", "--iface", server.interface, "--direction", direction, "--priority", "50"],
        ...["--netns", namespacePath(server)],
      ]);
      await stage.watch({
        program,
        counters: [{
          label: `packets, ${direction}`,
          map: "tcx_stats",
          key: SLOTS[direction],
          atLeast: PINGS,
        }],
        traffic: () => stage.ping(),
      });
    }
  },
};
