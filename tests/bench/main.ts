/**
 * Measures whole processes of the product against an empty Deno script and bpftool, prints tables,
 * and writes them into docs/benchmarks.md.
 *
 *     deno task bench
 *     deno task bench --rounds 10 --no-write
 *
 * Exit codes: 0 measured (targets may be missed: see the table), 1 a command failed, 2 wrong usage.
 *
 * @module
 */
import { addSystemFolders } from "../support/search_path.ts";
import { DebianRegistry } from "../registry/support/debian_registry.ts";
import { benchChains } from "./chain_main.ts";
import { attachGroup, bytecodeGroup, listGroup, loadGroup, startUpGroup } from "./groups.ts";
import { imageGroup } from "./image_group.ts";
import { describeMachine, loadText } from "./machine.ts";
import { groupTable, replaceBetweenMarks, verdictTable } from "./page.ts";
import { type Group, type GroupOptions, type Results, runGroup } from "./subject.ts";
import { judgeAll } from "./targets.ts";
import { Workshop } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PAGE = `${ROOT}docs/benchmarks.md`;
const DEFAULT_ROUNDS = 40;

/** What the command line asked for. */
export interface BenchFlags {
  readonly rounds: number;
  readonly isWritten: boolean;
  /** Also measure chains in virtual machines. */
  readonly hasMachines: boolean;
}

/**
 * Reads the flags.
 *
 * @throws {Error} For a flag that is not known, or no positive number.
 */
export function parseFlags(args: readonly string[]): BenchFlags {
  let rounds = DEFAULT_ROUNDS;
  let isWritten = true;
  let hasMachines = true;
  for (const arg of args.join(" ").replace("--rounds ", "--rounds=").split(" ")) {
    const digits = /^--rounds=([1-9]\d*)$/.exec(arg)?.[1];
    if (digits !== undefined) rounds = Number(digits);
    else if (arg === "--no-write") isWritten = false;
    else if (arg === "--no-vm") hasMachines = false;
    else if (arg !== "") {
      throw new Error(`Cannot use "${arg}": the flags are --rounds N, --no-vm and --no-write`);
    }
  }
  return { rounds, isWritten, hasMachines };
}

async function measureGroup(group: Group, options: GroupOptions): Promise<Results> {
  console.error(`Measuring: ${group.title}, ${options.rounds} rounds`);
  return await runGroup(group, options);
}

/** Measures everything; gives the text for the page. */
async function measureAll(options: GroupOptions): Promise<string> {
  const loadBefore = loadText();
  await using workshop = await Workshop.open();
  const startUpSubjects = startUpGroup(workshop);
  const startUp = await measureGroup(startUpSubjects, options);
  const listSubjects = await listGroup(workshop);
  const list = await measureGroup(listSubjects, options);
  const loadSubjects = loadGroup(workshop);
  const load = await measureGroup(loadSubjects, options);
  const attachSubjects = await attachGroup(workshop);
  const attach = await measureGroup(attachSubjects, options);
  const bytecodeSubjects = await bytecodeGroup(workshop);
  const bytecode = await measureGroup(bytecodeSubjects, options);
  await using registry = await DebianRegistry.start({ folder: workshop.folder });
  const imageSubjects = await imageGroup(workshop, registry.host);
  const images = await measureGroup(imageSubjects, options);
  const date = new Date().toISOString().slice(0, 10);
  return [
    `Measured on ${date}, ${options.rounds} rounds. ${await describeMachine()}. ` +
    `Load average ${loadBefore} before the run, ${loadText()} after it.`,
    verdictTable(judgeAll({ startUp, list, load, bytecode, images })),
    groupTable(startUpSubjects, startUp),
    groupTable(listSubjects, list),
    groupTable(loadSubjects, load),
    groupTable(attachSubjects, attach),
    groupTable(bytecodeSubjects, bytecode),
    groupTable(imageSubjects, images),
  ].join("\n\n");
}

async function writePage(text: string): Promise<void> {
  Deno.writeTextFileSync(PAGE, replaceBetweenMarks(Deno.readTextFileSync(PAGE), text));
  const args = ["fmt", "--quiet", PAGE];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot format "${PAGE}"`);
}

async function main(args: readonly string[]): Promise<number> {
  let flags: BenchFlags;
  try {
    flags = parseFlags(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  if (Deno.uid() !== 0) {
    console.error("Cannot load programs into the kernel: the benchmarks need root");
    return 1;
  }
  addSystemFolders();
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // The commands' places are removed before the process ends.
    Deno.addSignalListener(signal, () => abort.abort(new Error(`Stopped by ${signal}`)));
  }
  const text = await measureAll({ rounds: flags.rounds, signal: abort.signal });
  console.log(text);
  if (flags.isWritten) await writePage(text);
  await benchChains(flags);
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
