/**
 * A chain: two programs on one interface, and what their order does.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";
import { namespacePath } from "../network.ts";
import { PINGS, type Stage, type WatchOptions } from "../stage.ts";

/** Key of the action XDP_PASS. */
const XDP_PASS = 2;

/** Watches the counter while the server answers pings. */
function watchAnswers(stage: Stage, program: WatchOptions["program"], isStill: boolean) {
  const label = isStill ? "answers, behind the pass program" : "answers";
  const wanted = isStill ? { atLeast: 0, isStill } : { atLeast: PINGS };
  return stage.watch({
    program,
    counters: [{ label, map: "xdp_stats", key: XDP_PASS, ...wanted }],
    traffic: () => stage.ping(),
  });
}

/** The chapter. */
export const chain: Chapter = {
  title: "A chain: two programs on one interface, in the order of their priorities",
  async run(stage) {
    const { shell } = stage;
    const { client } = stage.network;
    const place = ["xdp", "--iface", client.interface, "--netns", namespacePath(client)];
    const counter = await stage.load({ object: "xdp_counter", type: "xdp", name: "xdp_count" });
    await stage.attach(counter, [...place, "--priority", "55"]);
    await watchAnswers(stage, counter, false);

    shell.say(
      "\nA program before it that passes every packet, and lets the next one run on drops only:",
    );
    const pass = await stage.load({ object: "xdp_pass", type: "xdp", name: "xdp_pass" });
    const link = await stage.attach(pass, [...place, "--priority", "50", "--proceed-on", "drop"]);
    await shell.bpfman(["list", "links", "--application", stage.application]);
    await watchAnswers(stage, counter, true);

    shell.say("\nBehind the counter it stops nothing any more:");
    await shell.bpfman(["link", "update", String(link.id), "--priority", "60"]);
    await watchAnswers(stage, counter, false);
    await shell.bpfman(["get", "link", String(link.id)]);
  },
};
