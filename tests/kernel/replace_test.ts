import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { Manager } from "../../core/api.ts";
import { BpfmanError } from "../../core/errors.ts";
import type { AttachTarget, LinkView, ProgramView } from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { Actor } from "../support/actor.ts";
import { counter, mustCount, mustVanish } from "../support/bpftool.ts";
import { ChainScene, STEP } from "../support/chain_scene.ts";
import { fixture } from "../support/cli.ts";
import { openOn } from "../support/in_process.ts";
import { Member } from "../support/member.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { rowsOf } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip"];

/** Ids of the maps of a program by name. */
function mapIds({ maps }: ProgramView): Record<string, number> {
  return Object.fromEntries(maps.map(({ name, info }) => [name, must(info, name).id]));
}

/** Links as they are remembered, with what must not change. */
async function places(manager: Manager): Promise<unknown[]> {
  const links = await manager.listLinks();
  return links.map(({ record: { id, details, createdAt } }) => ({ id, details, createdAt }));
}

/** Loads one program and attaches it. */
async function run(
  manager: Manager,
  [object, type, name]: readonly [string, "tcx" | "tracepoint" | "cgroup_skb", string],
  target: AttachTarget,
): Promise<{ program: ProgramView; link: LinkView }> {
  const load = { path: fixture(object), programs: [{ type, name }] };
  return await manager.run({ load, target });
}

kernelTest("replaceProgram() swaps a member of a chain and keeps its maps", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
  const { manager, workspace, wire } = scene;
  const [first, second] = await scene.load("gate", "member");
  const old = must(first, "gate");
  await scene.attach(old.programId, { priority: 10 });
  await scene.attach(must(second, "member").programId, { priority: 20 });
  await wire.sendIn(4);
  strictEqual(old.runs, 4 * STEP);
  const [before, links] = [await manager.getProgram(old.programId), await places(manager)];

  const after = await manager.replaceProgram({
    programId: old.programId,
    path: fixture("xdp_member_next"),
  });

  const id = after.record.programId;
  notStrictEqual(id, old.programId);
  deepStrictEqual(await places(manager), links);
  strictEqual(mapIds(after)["member_stats"], mapIds(before)["member_stats"]);
  ok("member_news" in mapIds(after));
  await wire.sendIn(2);
  strictEqual(old.runs, 4 * STEP + 2 * 1000, "the new version counts on, through the gate");
  strictEqual(must(second, "member").runs, 2 * STEP, "the member behind the gate, which is open");
  await mustCount(`${after.mapDirectory}/member_news`, 2);
  deepStrictEqual(manager.notices().map(({ code }) => code), ["global-lost"]);
  strictEqual((await manager.listPrograms()).length, 2);
  const row = (await rowsOf(workspace)).programs.find(({ programId }) => programId === id);
  strictEqual(row?.replaces, undefined);
  await mustVanish("prog", old.programId);
});

kernelTest("replaceProgram() keeps values of globals that were set", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
  const { manager, wire } = scene;
  const [member] = await scene.load("member");
  const old = must(member, "member");
  await scene.attach(old.programId, { priority: 10 });
  const path = fixture("xdp_member");
  const { record } = await manager.replaceProgram({ programId: old.programId, path });
  await wire.sendIn(2);
  strictEqual(old.runs, 2 * STEP);
  await manager.replaceProgram({ programId: record.programId, path, globals: { step: "7" } });
  await wire.sendIn(1);
  strictEqual(old.runs, 2 * STEP + 7);
});

kernelTest(
  "replaceProgram() refuses maps of another shape, or begins them anew",
  NEEDS,
  async () => {
    await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
    const { manager, wire, workspace } = scene;
    const [member] = await scene.load("member");
    const old = must(member, "member");
    await scene.attach(old.programId, { priority: 10 });
    const request = { programId: old.programId, path: fixture("xdp_member_other") };
    const litter = workspace.litter();

    await rejects(
      manager.replaceProgram(request),
      (error) =>
        error instanceof BpfmanError && error.code === "map-mismatch" &&
        /max_entries of map "member_stats" differs: .* declares 64, .* has 2/.test(error.message),
    );
    await wire.sendIn(1);
    strictEqual(old.runs, STEP, "the old version still runs");
    deepStrictEqual(workspace.litter(), litter);

    const after = await manager.replaceProgram({ ...request, newMaps: true });
    await wire.sendIn(3);
    strictEqual(old.runs, STEP, "the old map counts no more");
    using fresh = new Member(after.record.programId);
    strictEqual(fresh.runs, 3);
    const codes = manager.notices().map(({ code }) => code);
    deepStrictEqual(codes, ["map-renewed", "global-lost"]);
  },
);

kernelTest("replaceProgram() leaves all as it was when the kernel refuses", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
  const { manager, wire, workspace } = scene;
  const [first, second] = await scene.load("member", "grow");
  const old = must(first, "member");
  await scene.attach(old.programId, { priority: 10 });
  await scene.attach(must(second, "member").programId, { priority: 20 });
  const [links, litter] = [await places(manager), workspace.litter()];

  await rejects(
    manager.replaceProgram({
      programId: old.programId,
      path: fixture("bad_verifier"),
      name: "xdp_unchecked",
    }),
    (error) => error instanceof BpfmanError && error.code === "verifier-rejected",
  );

  deepStrictEqual(await places(manager), links);
  deepStrictEqual(workspace.litter(), litter);
  await wire.sendIn(1);
  strictEqual(old.runs, STEP);
});

kernelTest("replaceProgram() swaps the program of a TCX link", [...NEEDS, "tcx"], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  await using manager = await openOn(workspace);
  const { interface: name, netns } = wire.near;
  const target = {
    kind: "tcx",
    interface: name,
    netns,
    direction: "ingress",
    priority: 5,
  } as const;
  const { program, link } = await run(manager, ["tcx_counter", "tcx", "tcx_ingress_count"], target);
  await wire.sendIn(3);

  const { programId } = program.record;
  const after = await manager.replaceProgram({ programId, path: fixture("tcx_counter") });

  await wire.sendIn(4);
  const moved = await manager.getLink(link.record.id);
  strictEqual(moved.record.kernelLinkId, link.record.kernelLinkId, "the kernel's link");
  strictEqual(moved.record.programId, after.record.programId);
  strictEqual(moved.problem, null);
  deepStrictEqual(workspace.names("fs/tcx-ingress").length, 1);
  await mustCount(`${after.mapDirectory}/tcx_stats`, 7, 0);
  await manager.unload(after.record.programId);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("replaceProgram() makes a tracepoint's link before it cuts the old one", [
  ...NEEDS,
  "tracefs",
], async () => {
  await using workspace = await Workspace.make();
  await using manager = await openOn(workspace);
  await using actor = await Actor.start();
  const target = { kind: "tracepoint", group: "syscalls", name: "sys_enter_openat" } as const;
  const load = {
    path: fixture("tracepoint_counter"),
    programs: [{ type: "tracepoint", name: "count_openat" }],
    globals: { target_tgid: actor.pidAsGlobal },
  } as const;
  const { program, link } = await manager.run({ load, target });
  await actor.openFiles(5);

  const { programId } = program.record;
  const after = await manager.replaceProgram({ programId, path: load.path });

  await actor.openFiles(6);
  const moved = await manager.getLink(link.record.id);
  strictEqual(moved.record.pinPath, link.record.pinPath);
  strictEqual(moved.problem, null);
  strictEqual(await counter(`${after.mapDirectory}/tracepoint_stats`), 11);
  deepStrictEqual(workspace.names("fs/links"), [String(link.record.id)]);
  await manager.unload(after.record.programId);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("replaceProgram() swaps several links of one program", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "tc", choice: "compose" });
  await using elsewhere = await scene.sibling();
  const { manager } = scene;
  const [member, other] = await scene.load("member", "grow");
  const old = must(member, "member");
  await scene.attach(old.programId, { priority: 10 });
  await scene.attach(must(other, "other").programId, { priority: 10 });
  await elsewhere.attach(old.programId, { priority: 10 });
  const links = await places(manager);

  const path = fixture("tc_member");
  const { record } = await manager.replaceProgram({ programId: old.programId, path });

  deepStrictEqual(await places(manager), links);
  await scene.wire.sendIn(2);
  await elsewhere.wire.sendIn(3);
  strictEqual(old.runs, 5 * STEP);
  strictEqual(openKernel().bpf.programInfo(record.programId)?.name, "tc_member");
});
