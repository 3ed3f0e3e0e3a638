import { ok, strictEqual } from "node:assert/strict";
import { checkTraffic, swapUnderTraffic } from "../support/chain_traffic.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Traffic } from "../support/traffic.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:ip", "command:perl"];

/** `deno task bench` makes 1,000. */
const SWAPS = IS_EMULATED ? 8 : 200;
const PACKETS = IS_EMULATED ? 200 : 4000;

kernelTest("traffic without a gate is told from traffic with one", NEEDS, async () => {
  await using wire = await Wire.make();
  await using traffic = await Traffic.start(wire);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { sent, lost, unfiltered, doubled } = await traffic.stop();
  ok(sent > 0);
  strictEqual(unfiltered, sent / 2);
  strictEqual(lost + doubled, 0);
});

for (const kind of ["xdp", "tc"] as const) {
  for (const choice of ["compose", "freplace"] as const) {
    const needs: readonly Need[] = choice === "freplace" ? [...NEEDS, "freplace"] : NEEDS;
    kernelTest(
      `no packet is lost or unfiltered while a ${kind} chain of ${choice} is swapped`,
      needs,
      async () => {
        const report = await swapUnderTraffic({ kind, choice, swaps: SWAPS, packets: PACKETS });
        checkTraffic(report);
        ok(report.sent >= PACKETS, `${report.sent} packets`);
      },
    );
  }
}
