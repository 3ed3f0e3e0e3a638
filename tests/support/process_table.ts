/**
 * What `/proc` tells of processes that may end at any moment.
 *
 * @module
 */

/** Text of a file of a process or thread; empty when it has just ended. */
export function readProcess(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    // there is no such file, or its process is gone since it was opened (ESRCH)
    if (error instanceof Deno.errors.NotFound) return "";
    if (error instanceof Error && error.message.includes("os error 3")) return "";
    throw error;
  }
}

/** Ids of a process's threads; none when it has ended. */
function threads(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (error instanceof Error && error.message.includes("os error 3")) return [];
    throw error;
  }
}

/** Ids of the processes that a process has started and that have not ended. */
export function children(pid: number): number[] {
  return threads(pid).flatMap((thread) =>
    readProcess(`/proc/${pid}/task/${thread}/children`).split(" ").filter((word) => word !== "")
      .map(Number)
  );
}

/** Ids of the processes that a process has started, and of those that these have started. */
export function descendants(pid: number): number[] {
  return children(pid).flatMap((child) => [child, ...descendants(child)]);
}
