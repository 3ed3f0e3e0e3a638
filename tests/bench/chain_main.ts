/**
 * Measures chains on this machine and in virtual machines, where extension programs are allowed, and
 * writes the tables into docs/benchmarks.md.
 *
 *     deno run -A tests/bench/chain_main.ts
 *     deno run -A tests/bench/chain_main.ts --no-vm --no-write
 *
 * Exit codes: 0 measured (goals may be missed: see the table), 1 a command failed, 2 wrong usage.
 *
 * @module
 */
import { addSystemFolders } from "../support/search_path.ts";
import type { ChainNumbers } from "./chain_numbers.ts";
import { CHAIN_MARKS, chainText } from "./chain_page.ts";
import { describeMachine, loadText } from "./machine.ts";
import { replaceBetweenMarks } from "./page.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PAGE = `${ROOT}docs/benchmarks.md`;
const NUMBERS = `${ROOT}tests/bench/chain_numbers.ts`;
/** Kernels of the virtual machines. */
const KERNELS = ["6.12"] as const;
const VM_TIMEOUT_S = "1200";

/** What the command line asked for. */
export interface ChainFlags {
  readonly isWritten: boolean;
  readonly hasMachines: boolean;
}

/**
 * Reads the flags.
 *
 * @throws {Error} For a flag that is not known.
 */
export function parseChainFlags(args: readonly string[]): ChainFlags {
  const known = ["--no-write", "--no-vm"];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown !== undefined) {
    throw new Error(`Cannot use "${unknown}": the flags are ${known.join(" and ")}`);
  }
  return { isWritten: !args.includes("--no-write"), hasMachines: !args.includes("--no-vm") };
}

/** Runs the measuring program, here or in a virtual machine. */
async function measure(kernel: string | null): Promise<ChainNumbers> {
  console.error(`Measuring: chains, ${kernel ?? "this machine"}`);
  const numbers = ["run", "-A", "--unstable-kv", NUMBERS];
  const machine = ["run", "-A", `${ROOT}tests/vm/main.ts`, "--timeout", VM_TIMEOUT_S];
  const args = kernel === null ? numbers : [...machine, kernel, "--", Deno.execPath(), ...numbers];
  const child = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stderr: "inherit" });
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`Cannot measure chains on ${kernel ?? "this machine"}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function writePage(text: string): Promise<void> {
  Deno.writeTextFileSync(
    PAGE,
    replaceBetweenMarks(Deno.readTextFileSync(PAGE), text, CHAIN_MARKS),
  );
  const args = ["fmt", "--quiet", PAGE];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot format "${PAGE}"`);
}

/** Measures chains here and in virtual machines, prints the tables, and writes the page. */
export async function benchChains({ isWritten, hasMachines }: ChainFlags): Promise<void> {
  const places = hasMachines ? [null, ...KERNELS] : [null];
  const before = loadText();
  const parts: string[] = [];
  for (const kernel of places) parts.push(chainText(await measure(kernel)));
  const date = new Date().toISOString().slice(0, 10);
  const head = `Measured on ${date}. ${await describeMachine()}. Load average ${before} before ` +
    `the run, ${loadText()} after it.`;
  const text = [head, ...parts].join("\n\n");
  console.log(text);
  if (isWritten) await writePage(text);
}

async function main(args: readonly string[]): Promise<number> {
  let flags: ChainFlags;
  try {
    flags = parseChainFlags(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  if (Deno.uid() !== 0) {
    console.error("Cannot load programs into the kernel: the benchmarks need root");
    return 1;
  }
  addSystemFolders();
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
