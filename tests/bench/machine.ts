/**
 * The machine in words: what a reader needs to judge the numbers, and no name or path of it.
 *
 * @module
 */
import { run } from "./workshop.ts";

function processorModel(): string {
  const text = Deno.readTextFileSync("/proc/cpuinfo");
  return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? Deno.build.arch;
}

/** How busy the machine was: processes that wanted a processor, over the last minute. */
export function loadText(): string {
  return Deno.loadavg()[0]?.toFixed(1) ?? "unknown";
}

/** The machine, one line. */
export async function describeMachine(): Promise<string> {
  const gib = Deno.systemMemoryInfo().total / 2 ** 30;
  const tool = /bpftool v?(\S+)/.exec(await run(["bpftool", "version"]))?.[1] ?? "unknown";
  return `${processorModel()}, ${navigator.hardwareConcurrency} cores, ${gib.toFixed(0)} GiB; ` +
    `Linux ${Deno.osRelease()}; Deno ${Deno.version.deno}; bpftool ${tool}`;
}
