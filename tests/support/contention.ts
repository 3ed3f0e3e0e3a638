/**
 * Many processes that change one runtime directory at the same time, and what must be there then.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Cli, type LoadedJson, ROOT } from "./cli.ts";
import { type Changes, type Worked, Worker } from "./contention_worker.ts";
import { must, runProgram } from "./must.ts";
import { OwnObject } from "./own_object.ts";
import { Random } from "./random.ts";
import { StateScene } from "./state_scene.ts";
import { checkAgreement } from "./truth.ts";
import { Workspace } from "./workspace.ts";

/** How a worker makes its changes. */
export type ContentionMode =
  /** A process for each worker, with the library. */
  | "library"
  /** A command for each change: a start process that becomes a loader, and a front. */
  | "commands";

/** How many, how, and how long. */
export interface ContentionOptions {
  readonly workers: number;
  readonly seconds: number;
  readonly mode: ContentionMode;
}

const FUNCTION = "count_openat";

/** Runs one worker in a process of its own. */
async function inProcess(
  { path }: Workspace,
  object: OwnObject,
  [seed, seconds]: readonly [number, number],
): Promise<Worked> {
  const script = `${ROOT}tests/support/contention_child.ts`;
  const name = object.name(FUNCTION);
  const words = [path, object.path, name, String(seed), String(seconds * 1000)];
  const args = ["run", "-A", script, ...words];
  const { code, stdout, stderr } = await runProgram(Deno.execPath(), args, { cwd: ROOT });
  if (code !== 0) throw new Error(`Cannot go on: worker ${seed} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Changes by commands; one that fails is an error. */
function commands(workspace: Workspace, object: OwnObject): Changes {
  const cli = new Cli(workspace, "process");
  const wait = ["--lock-timeout", "5m"];
  return {
    load: async () => {
      const spec = `tracepoint:${object.name(FUNCTION)}`;
      const args = ["load", "file", object.path, "--programs", spec, ...wait];
      const { programs } = await cli.json<{ programs: { record: { program_id: number } }[] }>(args);
      return must(programs[0], "program").record.program_id;
    },
    attach: async (id, name) => {
      const place = ["tracepoint", "--tracepoint", `syscalls/${name}`];
      return (await cli.attach(id, ...place, ...wait)).record.id;
    },
    detach: async (link) => void await cli.must(["detach", String(link), ...wait]),
    unload: async (id) => void await cli.must(["unload", String(id), ...wait]),
    replace: async (id) => {
      const args = ["program", "replace", String(id), "--with", object.path, ...wait];
      const { program: { record } } = await cli.json<{ program: LoadedJson }>(args);
      return record.program_id;
    },
  };
}

async function byCommands(changes: Changes, seed: number, seconds: number): Promise<Worked> {
  const worker = new Worker(changes, new Random(seed));
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) await worker.step();
  return worker.report();
}

/** Readers that never wait and never fail while others change things; gives how many there were. */
async function readMeanwhile(cli: Cli, isOver: () => boolean): Promise<number> {
  let count = 0;
  while (!isOver()) {
    const { code, stderr } = await cli.run(["list", "programs", "-o", "json"]);
    strictEqual(code, 0, `a reader fails: ${stderr}`);
    count++;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return count;
}

const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);

/** What every worker was told is done is what is there, and nothing else. */
async function checkWorked(scene: StateScene, all: readonly Worked[]): Promise<void> {
  const rows = await checkAgreement(scene.workspace);
  deepStrictEqual(
    rows.programs.map(({ programId }) => Number(programId)),
    sorted(all.flatMap(({ programs }) => programs)),
    "programs",
  );
  const links = sorted(all.flatMap((one) => one.links));
  deepStrictEqual(rows.links.map(({ id }) => Number(id)), links, "links");
  const made = all.flatMap((one) => one.made);
  strictEqual(new Set(made).size, made.length, "a link's number was given twice");
  deepStrictEqual(await scene.codes(), []);
}

/** What a run gave. */
export interface Contention extends ContentionOptions {
  /** How long each change took, milliseconds. */
  readonly waits: readonly number[];
  /** Changes of the worker that made fewest, and of the one that made most. */
  readonly turns: readonly [number, number];
  /** How often a reader looked. */
  readonly reads: number;
}

/** Lets workers change one directory until their time is over, and checks what is there then. */
export async function contend(options: ContentionOptions): Promise<Contention> {
  const { workers, seconds, mode } = options;
  await using scene = await StateScene.make();
  await using folder = await Workspace.make();
  const object = await OwnObject.make(folder.path, "tracepoint_counter", [FUNCTION]);
  const changes = commands(scene.workspace, object);
  let isOver = false;
  const reading = readMeanwhile(scene.cli, () => isOver);
  reading.catch(() => isOver = true);
  const working = Array.from(
    { length: workers },
    (_, at) =>
      mode === "library"
        ? inProcess(scene.workspace, object, [at + 1, seconds])
        : byCommands(changes, at + 1, seconds),
  );
  // the scene may go only when nobody works in it any more
  await Promise.allSettled(working);
  isOver = true;
  const reads = await reading;
  const all = await Promise.all(working);
  await checkWorked(scene, all);
  const turns = all.map(({ waits }) => waits.length);
  ok(Math.min(...turns) > 0, "a worker never had its turn");

  await scene.cli.must(["program", "delete", "--all", "-r"]);
  deepStrictEqual(scene.workspace.litter(), []);
  await object.mustBeInKernel([]);
  const waits = all.flatMap((one) => one.waits);
  return { ...options, waits, turns: [Math.min(...turns), Math.max(...turns)], reads };
}

/** A percentile in whole milliseconds; 100 gives the longest. */
export function percentile(values: readonly number[], part: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  const at = Math.min(ascending.length - 1, Math.floor(ascending.length * part / 100));
  return Math.round(ascending[at] ?? 0);
}

/** A run in words. */
export function describeContention({ waits, workers, seconds, turns, reads }: Contention): string {
  const inSeconds = (part: number) => `${(percentile(waits, part) / 1000).toFixed(1)} s`;
  return `${waits.length} changes by ${workers} in ${seconds} s, ${turns.join(" to ")} each; ` +
    `p50 ${inSeconds(50)}, p99 ${inSeconds(99)}, longest ${inSeconds(100)}; ${reads} reads`;
}
