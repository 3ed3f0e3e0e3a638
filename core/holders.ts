/**
 * Which processes hold BPF objects open: read from the descriptors that /proc shows.
 *
 * @module
 */
import type { KernelFiles } from "../ffi/mod.ts";
import type { ProcessHolder, ProgramId } from "./types.ts";

/** Link targets of descriptors of programs, and of links that hold one. */
const BPF_DESCRIPTOR = /^anon_inode:\[?bpf[-_](prog|link)\]?$/;

function readQuietly(files: KernelFiles, path: string): string {
  try {
    return files.readText(path);
  } catch {
    // the process, or its descriptor, has gone in the meantime
    return "";
  }
}

function listQuietly(files: KernelFiles, path: string): string[] {
  try {
    return files.list(path);
  } catch {
    return [];
  }
}

/** Program ids behind the descriptors of one process. */
function programsOf(files: KernelFiles, folder: string): Set<ProgramId> {
  const found = new Set<ProgramId>();
  for (const fd of listQuietly(files, `${folder}/fd`)) {
    if (!BPF_DESCRIPTOR.test(files.readLink(`${folder}/fd/${fd}`) ?? "")) continue;
    const info = readQuietly(files, `${folder}/fdinfo/${fd}`);
    const id = /^prog_id:\s*(\d+)/m.exec(info)?.[1];
    if (id !== undefined) found.add(Number(id));
  }
  return found;
}

/**
 * Finds the processes that hold programs open, by program. A program that only a pin or a hook
 * keeps alive has none.
 *
 * @param files The files.
 * @returns Program id to its holders, ascending by process id.
 */
export function findHolders(files: KernelFiles): ReadonlyMap<ProgramId, readonly ProcessHolder[]> {
  const holders = new Map<ProgramId, ProcessHolder[]>();
  // this process holds what it looks at, for a moment
  const pids = files.list("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => pid !== Deno.pid);
  for (const pid of pids.sort((a, b) => a - b)) {
    for (const program of programsOf(files, `/proc/${pid}`)) {
      const command = readQuietly(files, `/proc/${pid}/comm`).trim();
      holders.set(program, [...holders.get(program) ?? [], { pid, command }]);
    }
  }
  return holders;
}

/** Holders in words, such as ` (held by process 4711 "systemd")`; empty for none. */
export function describeHolders(holders: readonly ProcessHolder[]): string {
  if (holders.length === 0) return "";
  const words = holders.map(({ pid, command }) => `process ${pid} "${command}"`);
  return ` (held by ${words.join(", ")})`;
}
