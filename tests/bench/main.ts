/**
 * Measures whole processes of the product against an empty Deno script and bpftool, prints tables,
 * and writes them into docs/benchmarks.md.
 *
 *     deno task bench
 *     deno task bench --rounds 10 --no-write
 *     deno task bench --only tools        inspect, check and the module
 *     deno task bench --only compiled     the single file
 *     deno task bench --only privileges   or commands, images, chains
 *     deno task bench --only chains --no-vm
 *
 * Exit codes: 0 measured (targets may be missed: see the table), 1 a command failed, 2 wrong usage.
 *
 * @module
 */
import { addSystemFolders } from "../support/search_path.ts";
import { DebianRegistry } from "../registry/support/debian_registry.ts";
import { CHAIN_MARKS } from "./chain_page.ts";
import { measureChains } from "./chains.ts";
import { measureCompiled } from "./compiled.ts";
import { attachGroup, bytecodeGroup, listGroup, loadGroup, startUpGroup } from "./groups.ts";
import { imageGroup } from "./image_group.ts";
import { describeMachine, loadText } from "./machine.ts";
import {
  COMPILED_MARKS,
  figureTable,
  groupTable,
  IMAGE_MARKS,
  MARKS,
  type Marks,
  replaceBetweenMarks,
  TOOL_MARKS,
  verdictTable,
} from "./page.ts";
import { measurePrivilegeRounds } from "./privilege_numbers.ts";
import { PRIVILEGE_MARKS, privilegeText } from "./privilege_page.ts";
import { type Group, type GroupOptions, type Results, runGroup } from "./subject.ts";
import { judgeCommands, judgeImages, judgeTools } from "./targets.ts";
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
  readonly parts: readonly BenchPart[];
}

/** What can be measured by itself. */
export const PARTS = ["commands", "compiled", "privileges", "tools", "images", "chains"] as const;
/** One of {@linkcode PARTS}. */
export type BenchPart = typeof PARTS[number];

/**
 * Reads the flags.
 *
 * @throws {Error} For a flag that is not known, or no positive number.
 */
export function parseFlags(args: readonly string[]): BenchFlags {
  let rounds = DEFAULT_ROUNDS;
  let isWritten = true;
  let hasMachines = true;
  let parts: readonly BenchPart[] = PARTS;
  for (const arg of args.join(" ").replaceAll(/(--rounds|--only) /g, "$1=").split(" ")) {
    const digits = /^--rounds=([1-9]\d*)$/.exec(arg)?.[1];
    const part = PARTS.find((name) => arg === `--only=${name}`);
    if (digits !== undefined) rounds = Number(digits);
    else if (part !== undefined) parts = [part];
    else if (arg === "--no-write") isWritten = false;
    else if (arg === "--no-vm") hasMachines = false;
    else if (arg !== "") {
      throw new Error(
        `Cannot use "${arg}": the flags are --rounds N, --only PART, --no-vm, --no-write`,
      );
    }
  }
  return { rounds, isWritten, hasMachines, parts };
}

async function measureGroup(group: Group, options: GroupOptions): Promise<Results> {
  console.error(`Measuring: ${group.title}, ${options.rounds} rounds`);
  return await runGroup(group, options);
}

/** What each part is told. */
type BenchOptions = GroupOptions & Pick<BenchFlags, "hasMachines">;

async function headLine(loadBefore: string, { rounds }: GroupOptions): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}, ${rounds} rounds. ${await describeMachine()}. ` +
    `Load average ${loadBefore} before the run, ${loadText()} after it.`;
}

/** Measures the commands that load, attach and list; gives the text for the page. */
async function measureCommands(options: GroupOptions): Promise<string> {
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
  return [
    await headLine(loadBefore, options),
    verdictTable(judgeCommands({ startUp, list, load })),
    groupTable(startUpSubjects, startUp),
    groupTable(listSubjects, list),
    groupTable(loadSubjects, load),
    groupTable(attachSubjects, attach),
  ].join("\n\n");
}

/** Measures the single file; gives the text for the page. */
async function measureOneFile(options: GroupOptions): Promise<string> {
  const loadBefore = loadText();
  console.error(`Measuring: one file, ${options.rounds} rounds`);
  const text = await measureCompiled(options);
  return [await headLine(loadBefore, options), text].join("\n\n");
}

/** Measures for how long privileges are in effect; gives the text for the page. */
async function measurePrivileges(options: GroupOptions): Promise<string> {
  const loadBefore = loadText();
  await using workshop = await Workshop.open();
  console.error(`Measuring: privileges, ${options.rounds} rounds`);
  const numbers = await measurePrivilegeRounds(workshop, options);
  return [await headLine(loadBefore, options), privilegeText(numbers)].join("\n\n");
}

/** Measures the commands that look at objects, and the module; gives the text for the page. */
async function measureTools(options: GroupOptions): Promise<string> {
  const loadBefore = loadText();
  await using workshop = await Workshop.open();
  const subjects = await bytecodeGroup(workshop);
  const results = await measureGroup(subjects, options);
  const { measure } = await import("./wasm_bench.ts");
  const figures = await measure();
  return [
    await headLine(loadBefore, options),
    verdictTable(judgeTools(results)),
    groupTable(subjects, results),
    figureTable(figures),
  ].join("\n\n");
}

/** Measures the commands on images; gives the text for the page. */
async function measureImages(options: GroupOptions): Promise<string> {
  const loadBefore = loadText();
  await using workshop = await Workshop.open();
  await using registry = await DebianRegistry.start({ folder: workshop.folder });
  const subjects = await imageGroup(workshop, registry.host);
  const results = await measureGroup(subjects, options);
  return [
    await headLine(loadBefore, options),
    verdictTable(judgeImages(results)),
    groupTable(subjects, results),
  ].join("\n\n");
}

const MEASURES = {
  commands: { measure: measureCommands, marks: MARKS },
  compiled: { measure: measureOneFile, marks: COMPILED_MARKS },
  privileges: { measure: measurePrivileges, marks: PRIVILEGE_MARKS },
  tools: { measure: measureTools, marks: TOOL_MARKS },
  images: { measure: measureImages, marks: IMAGE_MARKS },
  chains: {
    measure: ({ hasMachines }: BenchOptions) => measureChains(hasMachines),
    marks: CHAIN_MARKS,
  },
} as const;

async function writePage(text: string, marks: Marks): Promise<void> {
  Deno.writeTextFileSync(PAGE, replaceBetweenMarks(Deno.readTextFileSync(PAGE), text, marks));
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
  for (const part of flags.parts) {
    const { measure, marks } = MEASURES[part];
    const text = await measure({ ...flags, signal: abort.signal });
    console.log(text);
    if (flags.isWritten) await writePage(text, marks);
  }
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
