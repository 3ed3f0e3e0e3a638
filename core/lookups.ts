/**
 * What the kernel says of our programs, links and maps: by the pin first, and by the kernel's id
 * only where there is no pin, as asking by id takes CAP_SYS_ADMIN.
 *
 * @module
 */
import type { LinkInfo, MapInfo, ProgramFacts, ProgramInfo } from "../ffi/mod.ts";
import { isSameProgram } from "./identity.ts";
import { isSyscallError } from "./kernel_errors.ts";
import type { Machine } from "./machine.ts";
import type { LinkRecord, ProgramRecord } from "./types.ts";

/** An object of the kernel: its id, and where it should be pinned. */
interface Place {
  readonly id: number;
  /** Empty for none. */
  readonly path: string;
}

function isRefusal(error: unknown): boolean {
  return isSyscallError(error, "EPERM") || isSyscallError(error, "EACCES");
}

/** What a pin shows; no `info` when there is none, or it may not be opened. */
function readPin<T>(
  { kernel }: Machine,
  path: string,
  read: (fd: number) => T,
): { readonly info?: T; readonly isRefused: boolean } {
  try {
    using fd = kernel.bpf.openPin(path);
    return { info: read(fd.raw), isRefused: false };
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return { isRefused: isRefusal(error) };
  }
}

/**
 * Looks an object up. Null when the kernel does not have it, and when nobody without
 * CAP_SYS_ADMIN could know.
 *
 * @throws {SyscallError} When neither the pin that is there nor the id may be read.
 */
function look<T extends { readonly id: number }>(
  machine: Machine,
  { id, path }: Place,
  read: { readonly byFd: (fd: number) => T; readonly byId: (id: number) => T | null },
): T | null {
  const pinned = path === "" ? { isRefused: false } : readPin(machine, path, read.byFd);
  // whoever put another object in the place of ours gets no say
  if (pinned.info?.id === id) return pinned.info;
  try {
    return read.byId(id);
  } catch (error) {
    // a pin that may not be opened is told to the user; what has no pin stays unknown
    if (pinned.isRefused || !isRefusal(error)) throw error;
    return null;
  }
}

/** Facts of a program of ours. */
export function lookProgram(
  machine: Machine,
  record: ProgramRecord,
  facts: ProgramFacts = "all",
): ProgramInfo | null {
  const { bpf } = machine.kernel;
  const { programId } = record;
  const found = look(machine, { id: programId, path: machine.layout.programPin(programId) }, {
    byFd: (fd) => bpf.programInfoByFd(fd, facts),
    byId: (id) => bpf.programInfo(id),
  });
  // the kernel may have given the id to another program since
  return found !== null && isSameProgram(record, found) ? found : null;
}

/** Facts of the kernel's link behind a link of ours; null also for links without one. */
export function lookLink(
  machine: Machine,
  { kernelLinkId, pinPath }: LinkRecord,
): LinkInfo | null {
  if (kernelLinkId === null) return null;
  const { bpf } = machine.kernel;
  return look(machine, { id: kernelLinkId, path: pinPath }, {
    byFd: (fd) => bpf.linkInfoByFd(fd),
    byId: (id) => bpf.linkInfo(id),
  });
}

/** Facts of a map that has no pin; undefined when only CAP_SYS_ADMIN could know. */
export function lookUnpinnedMap({ kernel }: Machine, id: number): MapInfo | null | undefined {
  try {
    return kernel.bpf.mapInfo(id);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}
