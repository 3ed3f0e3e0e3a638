/**
 * Changes of chains that die before one of their steps, and what the next command makes of it.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { inOrder } from "../../core/chain/order.ts";
import { type ChainScene, STEP } from "./chain_scene.ts";
import { chainState } from "./chain_state.ts";
import { ROOT } from "./cli.ts";
import { type Change, dieHere } from "./crash_child.ts";
import { mainProgramOf } from "./main_program.ts";
import { Member } from "./member.ts";
import { must, runProgram } from "./must.ts";
import { testRun } from "./raw_objects.ts";
import { pinnedPrograms, rowsOf } from "./truth.ts";
import type { Workspace } from "./workspace.ts";

const NEVER = 1_000_000;
const PACKET = new Uint8Array(64).fill(0x5a);

/** Steps that only look: to die before one is to die before the next that does not. */
const LOOKS = /^(files\.(read|list|exists|inode|openDirectory)|host\.|network\.|perf\.)/;
const BPF_LOOKS = /^bpf\.(ids|\w+Info|\w+InfoByFd|btfBytes|openPin|openMap|openProgram|openBtf)$/;
const TRAFFIC_LOOKS = /^traffic\.(ingressQdisc|filters|xdp|qdisc)$/;

/** Numbers of the steps that change something. */
export function changingSteps(names: readonly string[]): number[] {
  return names.flatMap((name, at) =>
    [LOOKS, BPF_LOOKS, TRAFFIC_LOOKS].some((looks) => looks.test(name)) ? [] : [at]
  );
}

/** Each how manieth of the steps, and the last ones, before which the change is made already. */
export function someSteps(steps: readonly number[], stride: number): number[] {
  return steps.filter((_, at) => at % stride === 0 || at >= steps.length - 3);
}

/** Links of a chain with what they do, in their order: what a change turns into another. */
export type Links = readonly string[];

/** The links of a scene's hook as they are remembered. */
function linksNow(scene: ChainScene): Links {
  const members = scene.hasRecord() ? scene.record().current?.members ?? [] : [];
  return inOrder(members).map(({ linkId, programId, priority }) =>
    `link ${linkId}: program ${programId} at ${priority}`
  );
}

/** Every member lets the packet pass on: all of them run once, or the chain is not what it seems. */
function checkRuns(scene: ChainScene, words: string): void {
  const { members, engine } = must(scene.record().current, "chain");
  using stack = new DisposableStack();
  const all = members.map(({ programId }) => stack.use(new Member(programId)));
  const next = scene.kind === "xdp" ? 2 : 3;
  for (const member of all) member.say(next);
  const before = all.map(({ runs }) => runs);
  using main = scene.openMain();
  const { verdict } = testRun(main, PACKET);
  const end = scene.kind === "tc" && engine !== "direct" ? 0 : next;
  strictEqual(verdict, end, words);
  deepStrictEqual(all.map(({ runs }, at) => runs - (before[at] ?? 0)), all.map(() => STEP), words);
}

/** Rows, pins and the kernel agree about the hook, and nothing else is left. */
async function checkMended(scene: ChainScene, words: string): Promise<void> {
  const { workspace } = scene;
  const { programs, links } = await rowsOf(workspace);
  const ids = programs.map(({ programId }) => programId).sort((a, b) => a - b);
  deepStrictEqual(pinnedPrograms(workspace), ids, `${words}: program pins`);
  deepStrictEqual(workspace.names("programs").map(Number).sort((a, b) => a - b), ids, words);
  strictEqual(programs.some(({ replaces }) => replaces !== undefined), false, words);
  const state = chainState(scene);
  if (state === null) {
    deepStrictEqual([links, scene.hasRecord()], [[], false], `${words}: a clean hook`);
    return;
  }
  const { current, next } = scene.record();
  strictEqual(next, null, `${words}: a change under way`);
  strictEqual(current?.mainProgramId, mainProgramOf(scene.hook), `${words}: the main program`);
  strictEqual(state.pins.filter((pin) => pin === "dispatcher").length, 1, `${words}: revisions`);
  deepStrictEqual(
    links.map(({ id, programId }) => [id, programId]),
    current?.members.map(({ linkId, programId }) => [linkId, programId]).sort(([a = 0], [b = 0]) =>
      a - b
    ),
    `${words}: rows of links`,
  );
  checkRuns(scene, words);
}

/** A change, and how to come back from it; both are asked for again after each death. */
export interface CrashPlan {
  /** The change that dies. */
  readonly change: () => Change;
  /** Goes back to where the change began, where it was finished. */
  readonly back?: () => Promise<void>;
  /** True when the hook has no chain before or after the change. @default false */
  readonly isEdge?: boolean;
  /** Each how manieth step is tried. @default 1 */
  readonly stride?: number;
  /** True to make the change in a process of its own, which is killed. @default false */
  readonly isKilled?: boolean;
}

/** Makes a change in a process that kills itself before a step; gives the names of all steps. */
async function killThere({ path }: Workspace, change: Change, step: number): Promise<string[]> {
  const script = `${ROOT}tests/support/crash_child.ts`;
  const args = ["run", "-A", script, path, String(step), JSON.stringify(change)];
  const { code, stdout, stderr } = await runProgram(Deno.execPath(), args, { cwd: ROOT });
  if (code === 0) return JSON.parse(stdout);
  strictEqual(code, 137, `killed by SIGKILL, but: ${stderr}`);
  return [];
}

async function mend({ manager }: ChainScene, words: string): Promise<void> {
  for (const { record } of await manager.listLinks()) await manager.getLink(record.id);
  await manager.listPrograms();
  await manager.detach(NEVER, { ignoreMissing: true });
  manager.notices();
  await manager.detach(NEVER, { ignoreMissing: true });
  deepStrictEqual(manager.notices(), [], `${words}: mended twice`);
}

/**
 * Lets a change die before each of its steps.
 *
 * @returns How many deaths were undone, and how many finished.
 */
export async function crashChain(
  scene: ChainScene,
  { change, back, isEdge = false, stride = 1, isKilled = false }: CrashPlan,
): Promise<{ undone: number; finished: number }> {
  const die = isKilled ? killThere : dieHere;
  const names = await die(scene.workspace, change(), NEVER);
  await mend(scene, "after the whole change");
  await checkMended(scene, "after the whole change");
  await back?.();
  const steps = changingSteps(names);
  ok(steps.length > 8, `only ${steps.length} of ${names.length} steps change something`);
  let [undone, finished] = [0, 0];
  for (const step of someSteps(steps, stride)) {
    const words = `dead before step ${step}, ${names[step]}`;
    const before = linksNow(scene);
    await die(scene.workspace, change(), step);
    ok(isEdge || mainProgramOf(scene.hook) !== null, `${words}: nobody is on the hook`);
    await mend(scene, words);
    await checkMended(scene, words);
    const isUndone = JSON.stringify(linksNow(scene)) === JSON.stringify(before);
    if (isUndone) undone++;
    else {
      finished++;
      await back?.();
    }
  }
  return { undone, finished };
}
