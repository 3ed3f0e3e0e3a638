/**
 * The end: links are cut, and count no more; then programs go, with their maps.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";
import { readCounters } from "../counters.ts";
import { DemoFailure } from "../failure.ts";
import type { Stage } from "../stage.ts";

/** Cuts the first link and shows that its program counts no more although it is still loaded. */
async function detachFirst(stage: Stage): Promise<void> {
  const [link] = stage.links;
  if (link === undefined) return;
  await stage.shell.bpfman(["detach", String(link.id)]);
  const counters = [{ label: "packets passed", map: "xdp_stats", key: 2, atLeast: 0 }];
  const before = await readCounters(stage.shell, link.program.mapFolder, counters);
  await stage.ping();
  const after = await readCounters(stage.shell, link.program.mapFolder, counters);
  if (before[0] !== after[0]) {
    throw new DemoFailure(
      `The counter moved after "detach": from ${before[0]} to ${after[0]}, wanted no change`,
    );
  }
  stage.shell.say(`The counter stands still at ${after[0]}: the program is not called any more`);
}

/** The chapter. */
export const takeAway: Chapter = {
  title: "Take it away",
  async run(stage) {
    const { shell, application, programs, links } = stage;
    await detachFirst(stage);
    await shell.bpfman(["detach", ...links.slice(1).map(({ id }) => String(id))]);
    await shell.bpfman(["list", "links", "--application", application]);
    await shell.bpfman(["unload", ...programs.map(({ id }) => String(id))]);
    await shell.bpfman(["list", "programs", "--application", application]);
  },
};
