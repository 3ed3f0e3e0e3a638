/**
 * Who has the writer's lock, written into the lock's file by its holder. What is still there when
 * nobody has the lock is the name of a process that was killed at its work.
 *
 * @module
 */

/** The holder of a lock. */
export interface LockHolder {
  /** Process id. */
  readonly pid: number;
  /** What it does, such as `attach`. */
  readonly verb: string;
  /** When it took the lock: ISO 8601, UTC. */
  readonly since: string;
}

/** Longest text of a holder. */
const MAX_LENGTH = 1024;

function parse(text: string): LockHolder | null {
  try {
    const { pid, verb, since } = JSON.parse(text);
    const isHolder = Number.isSafeInteger(pid) && typeof verb === "string" &&
      typeof since === "string";
    return isHolder ? { pid, verb, since } : null;
  } catch {
    // empty, or half written when a disk was full
    return null;
  }
}

/** Reads the holder; null when none is named, or the file cannot be read. */
export function readHolder(path: string): LockHolder | null {
  try {
    using file = Deno.openSync(path, { read: true });
    const buffer = new Uint8Array(MAX_LENGTH);
    const length = file.readSync(buffer) ?? 0;
    return parse(new TextDecoder().decode(buffer.subarray(0, length)));
  } catch {
    return null;
  }
}

/** Writes the holder into the file of a lock that is held; null for nobody. */
export function writeHolder(file: Deno.FsFile, holder: LockHolder | null): void {
  try {
    file.truncateSync(0);
    file.seekSync(0, Deno.SeekMode.Start);
    if (holder !== null) file.writeSync(new TextEncoder().encode(JSON.stringify(holder)));
  } catch {
    // a full disk costs the name only: the lock is held anyway
  }
}

/** A holder in words, such as `process 4711 (attach)`. */
export function describeHolder({ pid, verb }: LockHolder): string {
  return `process ${pid} (${verb})`;
}
