/**
 * The binary that a uprobe names: by path or by a library's name, in our own mount namespace or in
 * that of another process.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { findLibrary, findMapped, readLdCache } from "./library_path.ts";
import { containerFolder } from "./process.ts";
import { resolveBelow } from "./root_path.ts";

/** What to look for, and where. */
export interface BinaryQuery {
  /** Path, or a library's name such as `libc`. */
  readonly target: string;
  /** Process whose mapped libraries are looked at, 0 for none. */
  readonly pid: number;
  /** Process in whose mount namespace to look, 0 for our own. */
  readonly containerPid: number;
}

function readMaps({ kernel }: Machine, folder: string): string {
  try {
    return kernel.files.readText(`${folder}/maps`);
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return "";
  }
}

/** Paths at which the target may be, best first. */
function pathsIn(machine: Machine, target: string, { folder, root }: Place): (string | null)[] {
  if (target.includes("/")) return [target.startsWith("/") ? target : null];
  const mapped = folder === null ? null : findMapped(readMaps(machine, folder), target);
  // of a process in another root of our own mount namespace, the kernel shows paths from here
  return [mapped, findLibrary(target, readLdCache(machine.kernel.files, root))];
}

interface Place {
  /** /proc folder of the process, null when no process is named. */
  readonly folder: string | null;
  /** Root folder, empty for our own. */
  readonly root: string;
}

function placeOf(machine: Machine, { pid, containerPid }: BinaryQuery): Place {
  if (containerPid !== 0) {
    const folder = containerFolder(machine, containerPid);
    return { folder, root: `${folder}/root` };
  }
  // a process without a container pid is looked at for its libraries, by paths of our own
  return { folder: pid === 0 ? null : `/proc/${pid}`, root: "" };
}

/**
 * Finds a binary.
 *
 * @param machine The machine.
 * @param query What to look for, and where.
 * @returns A path that the kernel can open from here.
 * @throws {BpfmanError} When there is no such file, or no such process.
 */
export function findBinary(machine: Machine, query: BinaryQuery): string {
  const place = placeOf(machine, query);
  for (const path of pathsIn(machine, query.target, place)) {
    const found = path === null ? null : resolveBelow(machine.kernel.files, place.root, path);
    if (found !== null) return found;
  }
  const where = query.containerPid === 0
    ? ""
    : ` in the container of process ${query.containerPid}`;
  throw new BpfmanError(`Cannot probe "${query.target}": no such program or library${where}`, {
    code: "target-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: "Give an absolute path, or the name of a library that ldconfig knows, such as libc",
  });
}
