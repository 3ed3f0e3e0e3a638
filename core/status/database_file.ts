/**
 * What a database's file says of itself without being opened: to open it is to write to it.
 *
 * @module
 */
import { ifThere } from "../files/if_there.ts";

/** What was seen of the file. */
export interface DatabaseSighting {
  /** `empty`: there, with nothing in it yet. */
  readonly state: "absent" | "empty" | "damaged" | "sound";
  /** Why it is damaged, empty otherwise. */
  readonly why: string;
  /** True when a process that had it open was killed, and it holds what readers were not told. */
  readonly isAhead: boolean;
}

const HEADER = 100;
/** First bytes of every database of SQLite. */
const MAGIC = "SQLite format 3\0";
/** Kinds that the first page may be of: the inner or the outer node of a table. */
const TABLE_PAGES: readonly number[] = [0x05, 0x0d];

function readStart(path: string): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path, { read: true });
  const start = new Uint8Array(HEADER + 1);
  const length = file.readSync(start) ?? 0;
  return start.subarray(0, length);
}

/** Why a file is no sound database; empty when nothing speaks against it. */
function fault(start: Uint8Array<ArrayBuffer>, size: number, hasLog: boolean): string {
  if (start.length <= HEADER) return "it is cut off";
  if (new TextDecoder().decode(start.subarray(0, MAGIC.length)) !== MAGIC) {
    return "it does not begin like a database";
  }
  const view = new DataView(start.buffer, start.byteOffset);
  const word = view.getUint16(16);
  const pageSize = word === 1 ? 65536 : word;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return "its size of pages is impossible";
  if (!TABLE_PAGES.includes(start[HEADER] ?? 0)) return "its first page is damaged";
  // pages of a log that was not taken over yet may be missing from the file
  return !hasLog && size < pageSize * view.getUint32(28) ? "pages at its end are missing" : "";
}

/**
 * Looks at a database. Nobody may have it open.
 *
 * @param path Path of the database.
 * @param snapshotPath Path of the readers' file.
 */
export function sightDatabase(path: string, snapshotPath: string): DatabaseSighting {
  const file = ifThere(() => Deno.statSync(path));
  if (file === undefined) return { state: "absent", why: "", isAhead: false };
  const log = ifThere(() => Deno.statSync(`${path}-wal`));
  const hasLog = log !== undefined && log.size > 0;
  if (file.size === 0 && !hasLog) return { state: "empty", why: "", isAhead: false };
  const why = fault(readStart(path), file.size, hasLog);
  const told = ifThere(() => Deno.statSync(snapshotPath))?.mtime?.getTime() ?? 0;
  const isAhead = hasLog && (log.mtime?.getTime() ?? 0) > told;
  return { state: why === "" ? "sound" : "damaged", why, isAhead };
}
