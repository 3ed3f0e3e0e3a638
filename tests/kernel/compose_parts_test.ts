import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { ChainScene, STEP } from "../support/chain_scene.ts";
import { checkTraffic } from "../support/chain_traffic.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { must } from "../support/must.ts";
import { openKernel } from "../../ffi/mod.ts";
import { Layout } from "../../core/layout.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Traffic } from "../support/traffic.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:ip", "command:perl"];
const SWAPS = IS_EMULATED ? 3 : 60;
const PACKETS = IS_EMULATED ? 60 : 2000;

/** Members of three maps each, more than one program may have. */
const CROWD = 24;

for (const kind of ["xdp", "tc"] as const) {
  kernelTest(`a ${kind} chain in several parts is swapped without a gap`, NEEDS, async () => {
    await using scene = await ChainScene.make({ kind, choice: "compose" });
    const names = Array.from({ length: CROWD }, () => "member");
    const [gate, ...others] = await scene.load("gate", ...names);
    const guard = must(gate, "gate");
    const links: number[] = [];
    for (const { programId } of others) {
      const { record } = await scene.attach(programId, { priority: 50 });
      links.push(record.id);
    }
    // the gate is the last, so only packets that come through all parts meet it
    await scene.attach(guard.programId, { priority: 90 });
    const { revision } = must(scene.record().current, "chain");
    const folder = new Layout(scene.workspace.path).revision(scene.hook, revision);
    deepStrictEqual(openKernel().files.list(folder), ["counters", "dispatcher", "segments"]);

    await using traffic = await Traffic.start(scene.wire);
    let swaps = 0;
    while (swaps < SWAPS || guard.runs / STEP < PACKETS) {
      const linkId = must(links[swaps % links.length], "link");
      await scene.update({ linkId, priority: swaps % 2 === 0 ? 60 : 40 });
      swaps++;
      // the sender's process runs on the other side of an await that takes no time
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    const report = await traffic.stop();
    checkTraffic({
      ...report,
      swaps,
      milliseconds: [],
      seen: guard.runs / STEP,
      refused: guard.refused / STEP,
      engine: "compose",
    });
    ok(report.sent >= PACKETS, `${report.sent} packets`);
    strictEqual(must(others[0], "member").runs / STEP, report.sent);
  });
}
