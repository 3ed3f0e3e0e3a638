/**
 * The end of a file of the log: its last entry, and what stands behind it.
 *
 * @module
 */
import { digestOfBytes, openLine, type Piece, piecesOf } from "./line.ts";
import type { AuditEntry, TornNote } from "./types.ts";

/** The end of a file. */
export interface LogTail {
  /** The last entry; null where there is none. */
  readonly entry: AuditEntry | null;
  /** Everything behind it, newlines included. */
  readonly torn: Uint8Array;
  /** True when the file ends with a newline, or is empty. */
  readonly isEnded: boolean;
}

/** Describes bytes that are no entry; null for none. The newlines between them do not count. */
export async function tornNote(torn: Uint8Array): Promise<TornNote | null> {
  const bytes = torn.filter((byte) => byte !== 10);
  return bytes.length === 0 ? null : { bytes: bytes.length, digest: await digestOfBytes(bytes) };
}

/** Finds the end of a file. */
export async function findTail(file: Uint8Array): Promise<LogTail> {
  const pieces: Piece[] = [...piecesOf(file)];
  const isEnded = pieces.at(-1)?.isEnded ?? true;
  for (let at = pieces.length - 1; at >= 0; at--) {
    const piece = pieces[at];
    const entry = piece === undefined ? null : await openLine(piece.bytes);
    if (piece === undefined || entry === null) continue;
    const end = piece.bytes.byteOffset - file.byteOffset + piece.bytes.length;
    return { entry, torn: file.subarray(end), isEnded };
  }
  return { entry: null, torn: file, isEnded };
}
