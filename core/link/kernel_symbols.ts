/**
 * Functions of the kernel: which there are, how long they are, which name was meant.
 *
 * @module
 */
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { nearest } from "../suggest.ts";

const KALLSYMS = "/proc/kallsyms";
const MOST_SUGGESTIONS = 3;

/** Reads a file of the kernel that a machine may lack or keep to itself. */
function readIfThere({ kernel }: Machine, path: string): string {
  try {
    return kernel.files.readText(path);
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return "";
  }
}

/**
 * Length of a function: the way to the next symbol of the same table.
 *
 * @param text Content of /proc/kallsyms.
 * @param name Function.
 * @returns Bytes; null when the function is not there or the kernel hides addresses.
 */
export function functionSize(text: string, name: string): bigint | null {
  const found = new RegExp(`^([0-9a-f]+) [tTwW] ${RegExp.escape(name)}$`, "m").exec(text)?.[1];
  if (found === undefined) return null;
  if (/^0+$/.test(found)) return null;
  // addresses are all of one length, so their texts compare as they do
  let next: string | null = null;
  for (const [, address = ""] of text.matchAll(/^([0-9a-f]+) [tTwW] /gm)) {
    if (address > found && (next === null || address < next)) next = address;
  }
  return next === null ? null : BigInt(`0x${next}`) - BigInt(`0x${found}`);
}

/** Length of a function of this kernel; null when it is not known. */
export function kernelFunctionSize(machine: Machine, name: string): bigint | null {
  return functionSize(readIfThere(machine, KALLSYMS), name);
}

function traceable(machine: Machine): string[] {
  const list = readIfThere(machine, `${machine.kernel.perf.tracefs()}/available_filter_functions`);
  if (list !== "") return list.split("\n").map((line) => line.split(/[\s]/, 1)[0] ?? "");
  return readIfThere(machine, KALLSYMS).split("\n")
    .flatMap((line) => /^[0-9a-f]+ [tTwW] (\S+)/.exec(line)?.[1] ?? []);
}

/** Functions whose names are nearest to one that does not exist. */
export function suggestFunctions(machine: Machine, name: string): string[] {
  return nearest(name, new Set(traceable(machine)), MOST_SUGGESTIONS);
}

/** Hooks of the security modules whose names are nearest to one that does not exist. */
export function suggestLsmHooks(machine: Machine, name: string): string[] {
  const hooks = [...readIfThere(machine, KALLSYMS).matchAll(/ bpf_lsm_(\w+)$/gm)]
    .map(([, hook = ""]) => hook);
  return nearest(name, new Set(hooks), MOST_SUGGESTIONS);
}
