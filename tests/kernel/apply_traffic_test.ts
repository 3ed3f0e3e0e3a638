import { ok, strictEqual } from "node:assert/strict";
import type { ApplyApplication } from "../../core/types.ts";
import { application, ApplyScene, STEP, STEP_VALUE } from "../support/apply_scene.ts";
import { Member } from "../support/member.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Traffic } from "../support/traffic.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:perl"];
const APPLIES = Deno.env.get("BPFMAN_VM_KERNEL") === undefined ? 30 : 4;
/** XDP_PASS, which the gate says anyway: with it set, it is another version that does the same. */
const VERDICT = new Uint8Array(Int32Array.of(2).buffer).toBase64();

kernelTest("no packet meets less, more or half of what is applied", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const version = async (at: number): Promise<ApplyApplication[]> => [
    await application("shield", {
      programs: { xdp_gate: [scene.xdp(50 + at % 3)] },
      globals: { step: STEP_VALUE, ...(at % 2 === 0 ? {} : { verdict: VERDICT }) },
    }),
    await application("crowd", {
      programs: at % 3 === 0
        ? { xdp_member: [scene.xdp(51)] }
        : { xdp_grow: [scene.xdp(40 + at % 20)], xdp_member: [scene.xdp(60)] },
    }),
  ];
  await scene.manager.apply(scene.request(await version(0)));
  const ids = new Set([scene.program("xdp_gate").programId]);
  // each version goes on with its map
  using gate = new Member(scene.program("xdp_gate").programId);
  await using traffic = await Traffic.start(scene.wire);
  for (let at = 1; at <= APPLIES; at++) {
    await scene.manager.apply(scene.request(await version(at)));
    ids.add(scene.program("xdp_gate").programId);
  }
  const { sent, lost, unfiltered, doubled } = await traffic.stop();
  ok(sent > APPLIES, `${sent} packets`);
  strictEqual(ids.size, APPLIES + 1, "versions of the gate");
  strictEqual(lost, 0, `${lost} of ${sent} packets lost`);
  strictEqual(unfiltered, 0, `${unfiltered} of ${sent} packets unfiltered`);
  strictEqual(doubled, 0, `${doubled} of ${sent} packets doubled`);
  strictEqual(gate.runs / STEP, sent, "packets that the gate saw");
  strictEqual(gate.refused / STEP, sent / 2, "packets that the gate dropped");
});
