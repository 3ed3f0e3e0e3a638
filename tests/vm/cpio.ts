/**
 * Archives in the "newc" format of cpio, as the kernel unpacks them into its first root.
 *
 * @module
 */

/** A file or directory of the archive; parents must come before children. */
export interface CpioEntry {
  readonly path: string;
  /** Type and permissions, as in `st_mode`. */
  readonly mode: number;
  readonly data?: Uint8Array;
}

/** Mode of a directory that all may enter. */
export const DIRECTORY = 0o040755;
/** Mode of a file that all may run. */
export const EXECUTABLE = 0o100755;
/** Mode of a file that all may read. */
export const REGULAR = 0o100644;

const encoder = new TextEncoder();

/** Returns the bytes of an archive with these entries. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array<ArrayBuffer> {
  const all = [...entries, { path: "TRAILER!!!", mode: 0 }];
  const parts = all.flatMap((entry, index) => record(entry, index + 1));
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    archive.set(part, offset);
    offset += part.length;
  }
  return archive;
}

function record(entry: CpioEntry, inode: number): Uint8Array[] {
  const name = encoder.encode(`${entry.path}\0`);
  const data = entry.data ?? new Uint8Array();
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor,
  // namesize, check
  const fields = [inode, entry.mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = encoder.encode(
    "070701" + fields.map((field) => field.toString(16).padStart(8, "0")).join(""),
  );
  const head = new Uint8Array(padded(header.length + name.length));
  head.set(header);
  head.set(name, header.length);
  return [head, data, new Uint8Array(padded(data.length) - data.length)];
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
