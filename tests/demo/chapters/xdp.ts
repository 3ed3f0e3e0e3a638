/**
 * XDP: counts packets as they come in from the driver, and shows a global variable arrive.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";
import { namespacePath } from "../network.ts";
import { PINGS } from "../stage.ts";

/** Key of the action XDP_PASS. */
const XDP_PASS = 2;
/** Slot of `xdp_globals` with what the program saw of GLOBAL_u8. */
const SEEN_U8 = 1;
const GLOBAL_U8 = 42;
/** An echo request of ping with its Ethernet header. */
const PING_BYTES = 98;

/** The chapter. */
export const xdp: Chapter = {
  title: "XDP: count packets as they come in from the driver",
  async run(stage) {
    const { server } = stage.network;
    const program = await stage.load({
      object: "xdp_counter",
      type: "xdp",
      name: "xdp_count",
      words: ["-g", `GLOBAL_u8=0x${GLOBAL_U8.toString(16)}`, "--metadata", "chapter=xdp"],
    });
    await stage.attach(program, [
      ...["xdp", "--iface", server.interface, "--priority", "50"],
      ...["--netns", namespacePath(server)],
    ]);
    await stage.watch({
      program,
      counters: [
        { label: "packets passed", map: "xdp_stats", key: XDP_PASS, atLeast: PINGS },
        {
          label: "bytes passed",
          map: "xdp_stats",
          key: XDP_PASS,
          word: 1,
          atLeast: PINGS * PING_BYTES,
        },
        { label: "GLOBAL_u8 as seen", map: "xdp_globals", key: SEEN_U8, atLeast: GLOBAL_U8 },
      ],
      traffic: () => stage.ping(),
    });
  },
};
