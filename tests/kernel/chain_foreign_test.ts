import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import type { LinkId } from "../../core/types.ts";
import { ChainScene, STEP } from "../support/chain_scene.ts";
import { fixture } from "../support/cli.ts";
import { openOn } from "../support/in_process.ts";
import { mainProgramOf } from "../support/main_program.ts";
import { Member } from "../support/member.ts";
import { must, mustRun } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:tc"];

/** Runs a program in the near namespace. */
function inside({ wire }: ChainScene, ...words: readonly string[]): Promise<string> {
  return mustRun("nsenter", [`--net=${wire.near.netns}`, ...words]);
}

/** A chain of two on a scene. */
async function two(scene: ChainScene): Promise<{ members: Member[]; links: LinkId[] }> {
  const members = await scene.load("member", "grow");
  const links: LinkId[] = [];
  for (const { programId } of members) {
    links.push((await scene.attach(programId, { priority: 20 })).record.id);
  }
  return { members, links };
}

/** Both members saw as many packets as were sent. */
async function checkCounts(scene: ChainScene, members: readonly Member[]): Promise<void> {
  for (const member of members) member.reset();
  await scene.wire.sendIn(3);
  deepStrictEqual(members.map(({ runs }) => runs), members.map(() => 3 * STEP));
}

kernelTest("an XDP chain of another manager is refused, and stays", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
  await using other = await Workspace.make();
  await using manager = await openOn(other);
  const { members } = await two(scene);
  const main = mainProgramOf(scene.hook);
  const [theirs] = await manager.load({
    path: fixture("xdp_pass"),
    programs: [{ type: "xdp", name: "xdp_pass" }],
  });
  const { programId } = must(theirs, "program").record;

  await rejects(
    manager.attach({ programId, target: scene.target({ priority: 1 }) }),
    (error) => error instanceof BpfmanError && error.code === "hook-busy",
  );

  strictEqual(mainProgramOf(scene.hook), main);
  await checkCounts(scene, members);
  deepStrictEqual(await manager.listLinks(), []);
  await manager.unload(programId);
  deepStrictEqual(other.litter(), []);
});

kernelTest("TC chains of two managers share a side, and leave alone", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "tc", choice: "compose" });
  await using other = await Workspace.make();
  await using manager = await openOn(other);
  const { members } = await two(scene);
  // handing on lets filters behind it run
  const [theirs] = await manager.load({
    path: fixture("tc_member"),
    programs: [{ type: "tc", name: "tc_member" }],
    globals: { step: String(STEP) },
  });
  const { programId } = must(theirs, "program").record;
  const { record } = await manager.attach({ programId, target: scene.target({ priority: 1 }) });
  {
    using behind = new Member(programId);
    for (const member of members) member.say(0);
    behind.say(0);
    // the chain before it ends with "ok", which ends the filters of this side
    await checkCounts(scene, members.slice(0, 1));
    strictEqual(behind.runs, 0);
  }
  await manager.detach(record.id);
  for (const member of members) member.say(3);
  await checkCounts(scene, members);
  match(await inside(scene, "tc", "qdisc", "show", "dev", scene.wire.near.interface), /clsact/);
  await manager.unload(programId);
  deepStrictEqual(other.litter(), []);
});

kernelTest(
  "a filter that somebody put in the place of ours stays when we leave",
  NEEDS,
  async () => {
    await using scene = await ChainScene.make({ kind: "tc", choice: "compose" });
    const { links } = await two(scene);
    const name = scene.wire.near.interface;
    await inside(
      scene,
      ...["tc", "filter", "replace", "dev", name, "ingress", "pref", "50", "handle", "1"],
      ...["bpf", "da", "obj", fixture("tc_ok"), "sec", "tc"],
    );
    const theirs = await inside(scene, "tc", "filter", "show", "dev", name, "ingress");

    for (const id of links) await scene.manager.detach(id, { ignoreMissing: true });

    strictEqual(await inside(scene, "tc", "filter", "show", "dev", name, "ingress"), theirs);
    deepStrictEqual(await scene.manager.listLinks(), []);
    strictEqual(scene.hasRecord(), false);
  },
);

/** Ways to lose a chain from under us, by kind. */
const LOSSES: readonly (readonly [
  what: string,
  kind: "xdp" | "tc",
  lose: (scene: ChainScene) => Promise<unknown>,
])[] = [
  [
    "its filter is deleted by somebody",
    "tc",
    (scene) =>
      inside(
        scene,
        ...["tc", "filter", "del", "dev", scene.wire.near.interface, "ingress", "pref", "50"],
      ),
  ],
  [
    "its clsact is deleted by somebody",
    "tc",
    (scene) => inside(scene, "tc", "qdisc", "del", "dev", scene.wire.near.interface, "clsact"),
  ],
  [
    "its link is cut by somebody",
    "xdp",
    (scene) => {
      const seat = must(scene.record().current?.seat, "seat");
      const id = seat.kind === "xdp" ? seat.kernelLinkId : 0;
      return mustRun("bpftool", ["link", "detach", "id", String(id)]);
    },
  ],
];

for (const [what, kind, lose] of LOSSES) {
  kernelTest(`a ${kind} chain can be made again after ${what}`, NEEDS, async () => {
    await using scene = await ChainScene.make({ kind, choice: "compose" });
    const { members, links } = await two(scene);
    await lose(scene);
    strictEqual(mainProgramOf(scene.hook), null);

    deepStrictEqual(await scene.manager.listLinks(), []);
    ok(scene.manager.notices().length > 0, "nothing was said");
    for (const id of links) await scene.manager.detach(id, { ignoreMissing: true });
    for (const { programId } of members) await scene.attach(programId, { priority: 20 });

    await checkCounts(scene, members);
  });
}
