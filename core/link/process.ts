/**
 * Processes that a probe names.
 *
 * @module
 */
import { BpfmanError, ErrorKind, usageError } from "../errors.ts";
import type { Machine } from "../machine.ts";

/** Where the host's processes are shown to a container that has /proc of its own. */
const HOST_PROC = "/host/proc";

/** Checks a process id of our own namespace; 0 stands for every process. */
export function checkPid({ kernel }: Machine, pid: number): number {
  if (!Number.isSafeInteger(pid) || pid < 0) throw usageError(`The pid ${pid} is not a process id`);
  if (pid === 0 || kernel.files.exists(`/proc/${pid}`)) return pid;
  throw noProcess(pid);
}

/** The error for a process that is not there. */
function noProcess(pid: number): BpfmanError {
  return new BpfmanError(`Process ${pid} does not exist`, {
    code: "process-not-found",
    kind: ErrorKind.NOT_FOUND,
  });
}

/**
 * The /proc folder of a process that the host's process ids name: in the host's /proc where that is
 * mounted at /host/proc (then our own /proc belongs to a container), else in our own.
 *
 * @throws {BpfmanError} When there is no such process.
 */
export function containerFolder({ kernel }: Machine, pid: number): string {
  const proc = kernel.files.exists(`${HOST_PROC}/1`) ? HOST_PROC : "/proc";
  const folder = `${proc}/${pid}`;
  if (kernel.files.exists(folder)) return folder;
  throw noProcess(pid);
}
