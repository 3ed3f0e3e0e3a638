import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readIntent } from "../../core/store/intent_rows.ts";
import type { ApplyPhase, ApplyRequest } from "../../core/types.ts";
import { application, ApplyScene } from "../support/apply_scene.ts";
import { changingSteps, someSteps } from "../support/chain_crash.ts";
import { fixture } from "../support/cli.ts";
import { dieHere } from "../support/crash_child.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";

const NEEDS: readonly Need[] = [
  "root",
  "bpffs",
  "tcx",
  "tracefs",
  "command:bpftool",
  "command:ip",
];
const NEVER = 1_000_000;
/** The order of the steps is the same on every kernel: there some of them must do. */
const STRIDE = 3;

const OPENAT = { kind: "tracepoint", group: "syscalls", name: "sys_enter_openat" } as const;
const SWITCH = { kind: "tracepoint", group: "sched", name: "sched_switch" } as const;

/** Two states of three applications, which differ in every kind of step. */
async function states(scene: ApplyScene): Promise<{ one: ApplyRequest; two: ApplyRequest }> {
  const chain = (object: string, priority: number, programs: readonly string[]) =>
    application("chain", {
      object,
      programs: Object.fromEntries(programs.map((name) => [name, [scene.xdp(priority)]])),
      globals: {},
    });
  const probes = (targets: readonly (typeof OPENAT | typeof SWITCH)[]) =>
    application("probes", {
      object: "tracepoint_counter",
      type: "tracepoint",
      programs: { count_openat: targets },
      globals: {},
    });
  const counter = (priority: number, globals: Record<string, string>) =>
    application("counter", {
      object: "tcx_counter",
      type: "tcx",
      programs: { tcx_ingress_count: [scene.tcx(priority)] },
      globals,
    });
  const one = [
    await chain("xdp_member", 10, ["xdp_member", "xdp_grow"]),
    await probes([OPENAT]),
    await counter(5, {}),
  ];
  const two = [
    await chain("xdp_member_next", 30, ["xdp_member"]),
    await probes([SWITCH]),
    await counter(25, {}),
  ];
  return { one: scene.request(one), two: scene.request(two) };
}

/** Everything that users see of a state, without numbers that grow. */
function shown(scene: ApplyScene): string[] {
  const { programs } = scene.rows();
  const owned = [...programs.values()].map(({ name, objectDigest }) =>
    `${name} ${objectDigest.slice(0, 16)}`
  );
  const links = scene.links().map((line) => line.replace(/^\d+: /, "").replace(/, .*/, ""));
  return [...owned.sort(), ...links.sort()];
}

/** What must be whatever happened: rows, pins and kernel agree, and nobody is half way. */
async function checkWhole(scene: ApplyScene, words: string): Promise<void> {
  const { programs, links } = await checkAgreement(scene.workspace);
  strictEqual(scene.rows().apply, undefined, `${words}: the journal`);
  deepStrictEqual(programs.filter(({ applyId }) => applyId !== undefined), [], words);
  const ids = new Set(programs.map(({ programId }) => programId));
  ok(links.every(({ programId }) => ids.has(programId)), `${words}: links without programs`);
  const status = await scene.manager.status();
  deepStrictEqual(status.findings.filter(({ severity }) => severity === "drift"), [], words);
}

/** What was made by hand is there all the time, between what applications have on the same hooks. */
async function attachByHand(scene: ApplyScene): Promise<void> {
  const { manager } = scene;
  const xdp = {
    path: fixture("xdp_member"),
    programs: [{ type: "xdp", name: "xdp_gate" }],
  } as const;
  await manager.run({ load: xdp, target: scene.xdp(20) });
  const tcx = {
    path: fixture("tcx_counter"),
    programs: [{ type: "tcx", name: "tcx_ingress_count" }],
  } as const;
  await manager.run({ load: tcx, target: scene.tcx(15) });
}

/** How far an apply came, by the database: a death may come before the readers' file has it. */
async function phaseOf({ workspace }: ApplyScene): Promise<ApplyPhase | undefined> {
  using kv = await Deno.openKv(`${workspace.path}/db/store.kv`);
  return (await readIntent(kv))?.phase;
}

/** Readers tell that an apply was interrupted, and need no right to mend it. */
async function checkReaders(scene: ApplyScene, words: string): Promise<void> {
  const { manager } = scene;
  const isInterrupted = scene.rows().apply !== undefined;
  manager.notices();
  await manager.listLinks();
  const told = manager.notices().some(({ code }) => code === "interrupted-apply");
  strictEqual(told, isInterrupted, `${words}: what readers are told`);
  const { findings } = await manager.status();
  const found = findings.some(({ code }) => code === "interrupted-apply");
  strictEqual(found, isInterrupted, `${words}: what status finds`);
}

kernelTest("an apply that dies at any step is finished or undone", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, workspace } = scene;
  const { one, two } = await states(scene);
  await attachByHand(scene);
  await manager.apply(one);
  const first = shown(scene);
  // what is made once is made
  await manager.apply(two);
  await manager.apply(one);
  const names = await dieHere(workspace, { verb: "apply", request: two }, NEVER);
  const second = shown(scene);
  await checkWhole(scene, "after the whole change");
  const steps = changingSteps(names);
  ok(steps.length > 40, `only ${steps.length} steps change something`);
  let [undone, finished] = [0, 0];
  await manager.apply(one);
  for (const step of someSteps(steps, STRIDE)) {
    const words = `dead before step ${step}, ${names[step]}`;
    const before = scene.links();
    await dieHere(workspace, { verb: "apply", request: two }, step);
    const phase = await phaseOf(scene);
    await checkReaders(scene, words);
    await manager.detach(NEVER, { ignoreMissing: true });
    await checkWhole(scene, words);
    const now = shown(scene);
    if (JSON.stringify(now) === JSON.stringify(first)) {
      deepStrictEqual(scene.links(), before, `${words}: ids of links`);
      strictEqual(phase ?? "load", "load", `${words}: undone`);
      undone++;
    } else {
      deepStrictEqual(now, second, words);
      ok(phase !== "load", `${words}: finished`);
      finished++;
    }
    manager.notices();
    await manager.detach(NEVER, { ignoreMissing: true });
    deepStrictEqual(manager.notices(), [], `${words}: mended twice`);
    await manager.apply(one);
    deepStrictEqual(shown(scene), first, `${words}: applied once more`);
  }
  ok(undone > 1 && finished > 1, `${undone} undone, ${finished} finished`);
});
