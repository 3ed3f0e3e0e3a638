/**
 * Faults that users of other managers complained of, each as it was told. docs/reliability.md lists
 * all of these drills with the tests that are elsewhere.
 *
 * @module
 */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import { openManager } from "../../core/manager.ts";
import { acquireLock } from "../../core/store/lock.ts";
import { SyscallError } from "../../ffi/errno.ts";
import { openKernel } from "../../ffi/mod.ts";
import { mustVanish } from "../support/bpftool.ts";
import { ChainScene, STEP } from "../support/chain_scene.ts";
import { fixture } from "../support/cli.ts";
import { openOn } from "../support/in_process.ts";
import type { Member } from "../support/member.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";
import { steppedKernel } from "../support/stepped.ts";
import { checkAgreement } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip"];
const EINVAL = 22;
const PASS = 2;
const DROP = 1;

/** Each member saw as many packets as it must. */
async function checkRuns(scene: ChainScene, expected: ReadonlyMap<Member, number>): Promise<void> {
  for (const member of expected.keys()) member.reset();
  await scene.wire.sendIn(2);
  const runs = [...expected.keys()].map(({ runs }) => runs / STEP);
  deepStrictEqual(runs, [...expected.values()]);
}

kernelTest(
  "drill: the kernel refuses the chain's program, and the next attach works as if nothing was",
  NEEDS,
  async () => {
    await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
    const [first, second] = await scene.load("member", "member");
    await scene.attach(must(first, "member").programId, { priority: 10 });
    const litter = scene.workspace.litter();
    let refused = 0;
    const kernel = steppedKernel(openKernel(), (name) => {
      if (name !== "bpf.loadProgram") return;
      refused++;
      throw new SyscallError("bpf(BPF_PROG_LOAD)", EINVAL);
    });
    {
      await using broken = await openManager({ kernel, runtimeDirectory: scene.workspace.path });
      const target = scene.target({ priority: 5 });
      const { programId } = must(second, "member");
      await rejects(broken.attach({ programId, target }), BpfmanError);
    }
    strictEqual(refused > 0, true, "no program of a chain was loaded");
    strictEqual((await scene.manager.listLinks()).length, 1);
    deepStrictEqual(scene.workspace.litter(), litter);
    await checkRuns(scene, new Map([[must(first, "member"), 2], [must(second, "member"), 0]]));

    await scene.attach(must(second, "member").programId, { priority: 5 });
    await checkRuns(scene, new Map([[must(first, "member"), 2], [must(second, "member"), 2]]));
    await checkAgreement(scene.workspace);
  },
);

kernelTest("drill: an eleventh program joins a chain, and is not turned away", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
  const members = await scene.load(...Array.from({ length: 11 }, () => "member"));
  for (const { programId } of members) await scene.attach(programId, { priority: 50 });
  strictEqual((await scene.manager.listLinks()).length, 11);
  await checkRuns(scene, new Map(members.map((member) => [member, 2])));
});

kernelTest(
  "drill: programs of one priority run in the order in which they came, also after changes",
  NEEDS,
  async () => {
    await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
    const members = await scene.load("member", "member", "member", "member");
    const [first, second, third, fourth] = members;
    const links = [];
    for (const { programId } of members.slice(0, 3)) {
      links.push((await scene.attach(programId, { priority: 20 })).record.id);
    }
    const order = () => scene.record().current?.members.map(({ programId }) => programId);
    const ids = (...list: readonly (Member | undefined)[]) => list.map((one) => one?.programId);
    deepStrictEqual(order(), ids(first, second, third));

    await scene.manager.detach(must(links[1], "link"));
    await scene.attach(must(fourth, "member").programId, { priority: 20 });
    deepStrictEqual(order(), ids(first, third, fourth));
    await scene.attach(must(second, "member").programId, { priority: 20 });
    deepStrictEqual(order(), ids(first, third, fourth, second), "who left and came is the last");

    // the kernel agrees: whoever drops is followed by nobody
    must(third, "member").say(DROP);
    await checkRuns(
      scene,
      new Map(members.map((one) => [one, ids(first, third).includes(one.programId) ? 2 : 0])),
    );
  },
);

kernelTest("drill: proceed-on of the others stays as it was after an unload", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
  const members = await scene.load("member", "member", "member");
  const member = (at: number) => must(members[at], "member");
  const [first, second, third] = [member(0), member(1), member(2)];
  await scene.attach(first.programId, { priority: 10, proceedOn: [DROP] });
  await scene.attach(second.programId, { priority: 20, proceedOn: [PASS] });
  await scene.attach(third.programId, { priority: 30, proceedOn: [PASS] });
  first.say(DROP);
  second.say(PASS);
  await checkRuns(scene, new Map([[first, 2], [second, 2], [third, 2]]));

  await scene.manager.unload(second.programId);
  await checkRuns(scene, new Map([[first, 2], [third, 2]]));
  first.say(PASS);
  await checkRuns(scene, new Map([[first, 2], [third, 0]]));
  first.say(DROP);
  await scene.manager.unload(third.programId);
  await checkRuns(scene, new Map([[first, 2]]));
});

kernelTest("drill: a stale pin of a map with another layout stops no load", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using manager = await openOn(workspace);
  const load = (name: string, program: string) =>
    manager.load({ path: fixture(name), programs: [{ type: "xdp", name: program }] });
  const [old] = await load("pinned_map", "xdp_shared_count");
  const { programId } = must(old, "program").record;
  const pin = `${workspace.bpffs}/shared/shared_counts`;
  {
    const { bpf } = openKernel();
    using map = bpf.openPin(pin);
    await manager.unload(programId);
    // what a manager leaves that was killed between the program's pin and the map's
    bpf.pin(map.raw, pin);
  }
  const [next] = await load("shared_shapes", "other_counts");
  const view = must(next, "program");
  strictEqual(view.maps.find(({ name }) => name === "shared_counts")?.info?.valueSize, 4);
  await manager.unload(view.record.programId);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("drill: a shared map is the same after two upgrades of its program", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using manager = await openOn(workspace);
  const path = fixture("pinned_map");
  const load = { path, programs: [{ type: "xdp", name: "xdp_shared_count" }] } as const;
  const [first, other] = [...await manager.load(load), ...await manager.load(load)];
  const mapOf = (view: typeof first) =>
    view?.maps.find(({ name }) => name === "shared_counts")?.info?.id;
  const shared = must(mapOf(first), "map");
  let id = must(first, "program").record.programId;
  for (let upgrade = 1; upgrade <= 2; upgrade++) {
    const view = await manager.replaceProgram({ programId: id, path });
    id = view.record.programId;
    strictEqual(mapOf(view), shared, `upgrade ${upgrade}`);
  }
  strictEqual(mapOf(await manager.getProgram(must(other, "program").record.programId)), shared);
  await manager.deletePrograms("all", { recursive: true });
  deepStrictEqual(workspace.litter(), []);
  await mustVanish("map", shared);
});

kernelTest("drill: two tenants with equal labels and names keep to their own", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
  await using tenant = await Workspace.make();
  await using elsewhere = await openOn(tenant);
  const metadata = { "bpfman.io/application": "counter", owner: "web" };
  const request = {
    path: fixture("xdp_member"),
    programs: [{ type: "xdp", name: "xdp_member" }],
    metadata,
  } as const;
  const all = [
    ...await scene.manager.load(request),
    ...await scene.manager.load(request),
    ...await elsewhere.load(request),
  ].map(({ record }) => record.programId);
  strictEqual(new Set(all).size, 3);
  const [one = 0, two = 0, three = 0] = all;

  await scene.manager.unload(one);
  const left = (await scene.manager.listPrograms()).map(({ programId }) => programId);
  deepStrictEqual(left, [two]);
  deepStrictEqual((await elsewhere.listPrograms()).map(({ programId }) => programId), [three]);
  // what deletes "all" deletes all of its own
  await scene.manager.deletePrograms("all", { recursive: true });
  ok(openKernel().bpf.programInfo(three) !== null);
  await elsewhere.unload(three);
  deepStrictEqual(tenant.litter(), []);
});

kernelTest("drill: a wait for the lock that ends names who holds it", NEEDS, async () => {
  await using scene = await StateScene.make();
  await scene.loadAndAttach();
  const { path } = scene.workspace;
  const queue = { verb: "attach 7 xdp", directory: `${path}/.queue` };
  using _held = await acquireLock(`${path}/.lock`, 1000, queue);
  const args = ["detach", "99", "--ignore-missing", "--lock-timeout", "100ms"];
  const { code, stderr } = await scene.cli.run(args);
  strictEqual(code, 6);
  match(stderr, new RegExp(`process ${Deno.pid} \\(attach 7 xdp\\) has held it since`, "s"));
  // readers do not wait
  strictEqual((await scene.cli.run(["list", "programs"])).code, 0);
});
