import { ok, strictEqual } from "node:assert/strict";
import {
  type GateClock,
  openGateSampler,
  parseGate,
  watchGate,
} from "../../core/declared/gate/mod.ts";
import type { GateReading, GateSpec, GateSubject } from "../../core/declared/gate/types.ts";
import { Layout } from "../../core/layout.ts";
import type { Machine } from "../../core/machine.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import { openKernel } from "../../ffi/mod.ts";
import { ChainScene, STEP } from "../support/chain_scene.ts";
import type { Member } from "../support/member.ts";
import { fixture } from "../support/cli.ts";
import { openOn } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { Workspace } from "../support/workspace.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs", "tracefs", "command:ip"] as const;
const PACKETS = 20;
const [ABORTED, DROP, PASS] = [0, 1, 2];
/** A result that is none of XDP: the kernel takes it as an abort. */
const NONSENSE = 9;
/** What the kernel counts comes a moment after the packet; a test never needs this long. */
const PATIENCE_MS = 60_000;

function subjectOf({ programId }: Member, program: string): GateSubject {
  return { application: "shield", program, programId };
}

function machineOf(scene: ChainScene): Machine {
  const layout = new Layout(scene.workspace.path);
  return { kernel: openKernel(), layout, now: () => new Date() };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function countOf(reading: GateReading, what: "runs" | "aborted"): number {
  const counted = reading[what];
  return counted.kind === "count" ? Number(counted.count) : 0;
}

/** What all packets are to have led to before the gate's time is over. */
interface Expected {
  readonly runs?: number;
  readonly aborted?: number;
}

/** Watches a gate whose time is over as soon as packets were sent and counted. */
async function watch(
  scene: ChainScene,
  { spec, subjects, expected }: {
    readonly spec: GateSpec;
    readonly subjects: readonly GateSubject[];
    readonly expected: Expected;
  },
) {
  const snapshot = readSnapshot(new Layout(scene.workspace.path).snapshot);
  using sampler = openGateSampler(machineOf(scene), { state: snapshot, subjects, spec });
  let time = 0;
  const clock: GateClock = {
    now: () => time,
    sleep: async () => {
      const [before] = sampler.sample();
      await scene.wire.sendIn(PACKETS);
      await until("packets are counted", () => {
        const [now] = sampler.sample();
        const grown = (what: "runs" | "aborted") =>
          countOf(must(now, "reading"), what) - countOf(must(before, "reading"), what);
        return (expected.runs === undefined || grown("runs") >= expected.runs) &&
          (expected.aborted === undefined || grown("aborted") >= expected.aborted);
      });
      time += spec.durationMs;
    },
  };
  return await watchGate(sampler, spec, clock);
}

for (const verdict of [ABORTED, NONSENSE]) {
  kernelTest(
    `a gate sees packets that a program aborts with result ${verdict}`,
    NEEDS,
    async () => {
      await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
      const [member] = await scene.load("member");
      const program = must(member, "program");
      program.say(verdict);
      await scene.attach(program.programId, { priority: 50 });
      strictEqual(must(scene.record().current, "chain").engine, "direct");

      const found = await watch(scene, {
        spec: parseGate("1s,runs>0,aborted==0"),
        subjects: [subjectOf(program, "xdp_member")],
        expected: { runs: PACKETS, aborted: PACKETS },
      });

      strictEqual(found.passed, false);
      strictEqual(found.failure?.condition, "aborted==0");
      strictEqual(found.failure?.value, PACKETS);
      strictEqual(found.figures[0]?.runs, PACKETS);
      strictEqual(program.runs, PACKETS * STEP);
    },
  );
}

for (const verdict of [PASS, DROP]) {
  kernelTest(`a gate takes result ${verdict} for no abort, and measures time`, NEEDS, async () => {
    await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
    const [member] = await scene.load("member");
    const program = must(member, "program");
    program.say(verdict);
    await scene.attach(program.programId, { priority: 50 });
    const subjects = [subjectOf(program, "xdp_member")];
    const expected = { runs: PACKETS };

    const spec = parseGate("1s,runs>=20,aborted==0,ns_per_run<100000000");
    const found = await watch(scene, { spec, subjects, expected });

    strictEqual(found.failure, null);
    strictEqual(found.passed, true);
    const figures = must(found.figures[0], "figures");
    strictEqual(figures.aborted, 0);
    strictEqual(figures.isChainTime, false);
    ok(must(figures.nsPerRun, "time") > 0, "runs take time");

    const strict = await watch(scene, {
      spec: parseGate("1s,ns_per_run<0.001"),
      subjects,
      expected,
    });
    strictEqual(strict.failure?.condition, "ns_per_run<0.001");
  });
}

kernelTest("a gate counts a member of a composed chain by itself", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "compose" });
  const [first, second] = await scene.load("member", "member");
  const [before, after] = [must(first, "first"), must(second, "second")];
  await scene.attach(before.programId, { priority: 10 });
  await scene.attach(after.programId, { priority: 20 });
  strictEqual(must(scene.record().current, "chain").engine, "compose");
  const spec = parseGate("1s,runs>0,aborted==0,ns_per_run>0");
  const subjects = [subjectOf(after, "xdp_member")];

  after.say(ABORTED);
  const bad = await watch(scene, {
    spec,
    subjects,
    expected: { runs: PACKETS, aborted: PACKETS },
  });
  strictEqual(bad.failure?.condition, "aborted==0");
  strictEqual(bad.figures[0]?.runs, PACKETS);
  strictEqual(bad.figures[0]?.isChainTime, true);

  after.say(PASS);
  const good = await watch(scene, { spec, subjects, expected: { runs: PACKETS } });
  strictEqual(good.failure, null);
  strictEqual(good.figures[0]?.aborted, 0);

  // the member before it keeps every packet: it does not run any more, although the chain does
  before.say(DROP);
  const idle = await watch(scene, {
    spec: parseGate("1s,runs>0"),
    subjects: [...subjects].reverse(),
    expected: {},
  });
  strictEqual(idle.failure?.condition, "runs>0");
  strictEqual(idle.figures[0]?.runs, 0);
});

kernelTest(
  "a gate does not pass on runs of extension programs",
  [...NEEDS, "freplace"],
  async () => {
    await using scene = await ChainScene.make({ kind: "xdp", choice: "freplace" });
    const [first, second] = await scene.load("member", "member");
    const [before, after] = [must(first, "first"), must(second, "second")];
    await scene.attach(before.programId, { priority: 10 });
    await scene.attach(after.programId, { priority: 20 });
    strictEqual(must(scene.record().current, "chain").engine, "freplace");
    const subjects = [subjectOf(after, "xdp_member")];

    const runs = await watch(scene, { spec: parseGate("1s,runs>0"), subjects, expected: {} });
    strictEqual(runs.failure?.value, null);

    after.say(ABORTED);
    const aborted = await watch(scene, {
      spec: parseGate("1s,aborted<=5"),
      subjects,
      expected: { aborted: PACKETS },
    });
    strictEqual(aborted.failure?.value, PACKETS);
  },
);

kernelTest("a gate counts a program that is in no chain, and no aborts of it", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using manager = await openOn(workspace);
  const [view] = await manager.load({
    path: fixture("tracepoint_counter"),
    programs: [{ type: "tracepoint", name: "count_switch" }],
  });
  const { programId, name } = must(view, "program").record;
  await manager.attach({
    programId,
    target: { kind: "tracepoint", group: "sched", name: "sched_switch" },
  });
  const { snapshot } = new Layout(workspace.path);
  const options = {
    state: readSnapshot(snapshot),
    subjects: [{ application: "shield", program: name, programId }],
    spec: parseGate("1s,runs>0,ns_per_run>0"),
  };
  const machine = {
    kernel: openKernel(),
    layout: new Layout(workspace.path),
    now: () => new Date(),
  };
  using sampler = openGateSampler(machine, options);
  let time = 0;
  // processes change all the time, this one while it waits
  const sleep = async () => {
    const [before] = sampler.sample();
    await until("a process has given way to another", () => {
      const [now] = sampler.sample();
      return countOf(must(now, "reading"), "runs") > countOf(must(before, "reading"), "runs");
    });
    time += 1000;
  };
  const runs = await watchGate(sampler, options.spec, { now: () => time, sleep });
  strictEqual(runs.failure, null);

  const spec = parseGate("1s,aborted==0");
  using other = openGateSampler(machine, { ...options, spec });
  const aborted = await watchGate(other, spec, { now: () => time, sleep });
  strictEqual(aborted.passed, false);
  strictEqual(aborted.elapsedMs, 0);
  await manager.unload(programId);
});

/** Ids of the programs that gates count with, whoever runs them. */
function countingPrograms(): number[] {
  const { bpf } = openKernel();
  return bpf.ids("program").filter((id) => bpf.programInfo(id)?.name === "xdp_exceptions");
}

kernelTest("a gate leaves no program in the kernel", NEEDS, async () => {
  await using scene = await ChainScene.make({ kind: "xdp", choice: "auto" });
  const [member] = await scene.load("member");
  const program = must(member, "program");
  await scene.attach(program.programId, { priority: 50 });
  const before = countingPrograms();
  const state = readSnapshot(new Layout(scene.workspace.path).snapshot);
  const subjects = [subjectOf(program, "xdp_member")];
  const spec = parseGate("1s,aborted==0");

  const sampler = openGateSampler(machineOf(scene), { state, subjects, spec });
  const during = countingPrograms().filter((id) => !before.includes(id));
  sampler[Symbol.dispose]();

  ok(during.length > 0, "nothing counted");
  await until("the counting program is gone", () => {
    const left = countingPrograms();
    return during.every((id) => !left.includes(id));
  });
});
