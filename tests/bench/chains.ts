/**
 * Measures chains on this machine and in virtual machines, where extension programs are allowed, and
 * gives the tables for docs/benchmarks.md.
 *
 *     deno task bench --only chains
 *     deno task bench --only chains --no-vm
 *
 * @module
 */
import type { ChainNumbers } from "./chain_numbers.ts";
import { chainText } from "./chain_page.ts";
import { describeMachine, loadText } from "./machine.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const NUMBERS = `${ROOT}tests/bench/chain_numbers.ts`;
/** Kernels of the virtual machines. */
const KERNELS = ["6.12"] as const;
const VM_TIMEOUT_S = "1200";

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

/** Measures chains here and, where asked for, in virtual machines; gives the text for the page. */
export async function measureChains(hasMachines: boolean): Promise<string> {
  const places = hasMachines ? [null, ...KERNELS] : [null];
  const before = loadText();
  const parts: string[] = [];
  for (const kernel of places) parts.push(chainText(await measure(kernel)));
  const date = new Date().toISOString().slice(0, 10);
  const head = `Measured on ${date}. ${await describeMachine()}. Load average ${before} before ` +
    `the run, ${loadText()} after it.`;
  return [head, ...parts].join("\n\n");
}
