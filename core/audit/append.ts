/**
 * Appends to the log. One writer at a time holds a flock on the file; a line is one write, made
 * lasting before the lock goes. What a kill leaves behind at each point:
 * 1. a part of a line: the next entry says how many bytes it stands behind, and their digest;
 * 2. a whole line and a head record that is one entry older, which the next entry mends;
 * 3. a full file under its new name and no current one: the next entry goes on from the full one.
 *
 * @module
 */
import { ifThere, isThere } from "../files/if_there.ts";
import { folderOf, syncFolder, writeAll } from "../files/write.ts";
import {
  DEFAULT_MAX_BYTES,
  findFiles,
  type HeadRecord,
  readHead,
  readWhole,
  unwritable,
  writeHead,
} from "./files.ts";
import { genesisOf, type LinePlace, newLogId, sealLine } from "./line.ts";
import { findTail, type LogTail, tornNote } from "./tail.ts";
import type { AuditAttempt, AuditHead, AuditPlace } from "./types.ts";

/** An append takes milliseconds: whoever waits this long waits for somebody who is stuck. */
const LONGEST_WAIT_MS = 20_000;
const LONGEST_PAUSE_MS = 50;
/** Bytes at the end of a file in which its last entry is looked for first. */
const NEAR_END = 64 * 1024;

async function lock(file: Deno.FsFile): Promise<void> {
  const end = Date.now() + LONGEST_WAIT_MS;
  for (let pause = 1; !file.tryLockSync(true); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    if (Date.now() > end) {
      throw new Error(
        `Cannot lock it: another process has held the lock for ${LONGEST_WAIT_MS} ms`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** True when the path still leads to the open file: it may have been full, and got its number. */
function isCurrent(path: string, file: Deno.FsFile): boolean {
  const there = ifThere(() => Deno.statSync(path));
  const here = file.statSync();
  return there !== undefined && here.ino === there.ino && here.dev === there.dev;
}

/** Opens the current file and takes its lock. */
async function openLocked({ file: path }: AuditPlace): Promise<Deno.FsFile> {
  Deno.mkdirSync(folderOf(path), { recursive: true, mode: 0o750 });
  for (;;) {
    const isNew = !isThere(path);
    const file = Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
    try {
      await lock(file);
      if (isNew) syncFolder(folderOf(path));
      if (isCurrent(path, file)) return file;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
  }
}

/** Writes a line that outlasts a crash. */
function writeLasting(file: Deno.FsFile, bytes: Uint8Array): void {
  writeAll(file, bytes);
  file.syncDataSync();
}

/** The end of the log: that of the current file, or of the newest full one while it is empty. */
async function tailOf(place: AuditPlace, file: Deno.FsFile): Promise<LogTail> {
  const size = file.statSync().size;
  // lines are far shorter: the rest of a file of megabytes is not read for its last one
  const near = await findTail(readFrom(file, Math.max(0, size - NEAR_END)));
  if (near.entry !== null) return near;
  const own = await findTail(readFrom(file, 0));
  if (own.entry !== null) return own;
  const before = findFiles(place).full.at(-1);
  const bytes = before === undefined ? null : readWhole(before);
  if (bytes === null) return own;
  const older = await findTail(bytes);
  return { ...own, entry: older.entry, torn: joined(older.torn, own.torn) };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}

function readFrom(file: Deno.FsFile, start: number): Uint8Array {
  const bytes = new Uint8Array(file.statSync().size - start);
  file.seekSync(start, Deno.SeekMode.Start);
  let at = 0;
  while (at < bytes.length) {
    const read = file.readSync(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

/** Where the next entry stands. */
async function placeAfter(tail: LogTail, head: HeadRecord): Promise<LinePlace> {
  const known = typeof head === "string" ? null : head;
  const torn = await tornNote(tail.torn);
  const { entry } = tail;
  const isLost = known !== null &&
    (entry === null || entry.log !== known.log || entry.sequence < known.sequence);
  const lost = isLost ? { lost: { sequence: known.sequence, hash: known.hash } } : {};
  const notes = { ...(torn === null ? {} : { torn }), ...lost };
  if (entry !== null) {
    const { log, sequence, hash } = entry;
    return { log, sequence: sequence + 1, previous: hash, ...notes };
  }
  if (known !== null) {
    // the log is gone: the chain goes on from what the head record tells, so that it shows
    return { log: known.log, sequence: known.sequence + 1, previous: known.hash, ...notes };
  }
  const log = newLogId();
  return { log, sequence: 1, previous: await genesisOf(log), ...notes };
}

/** Gives a full file its number and opens a new one; the lock of the old one is held till then. */
async function rotate(place: AuditPlace, file: Deno.FsFile): Promise<Deno.FsFile> {
  try {
    Deno.renameSync(place.file, findFiles(place).next);
  } catch (error) {
    // a file with the append-only attribute keeps its name: it grows on
    if (error instanceof Deno.errors.PermissionDenied) return file;
    throw error;
  }
  const next = await openLocked(place);
  file.close();
  return next;
}

async function append(place: AuditPlace, attempt: AuditAttempt): Promise<AuditHead> {
  let file = await openLocked(place);
  try {
    const { maxBytes = DEFAULT_MAX_BYTES } = place;
    if (file.statSync().size >= maxBytes) file = await rotate(place, file);
    const tail = await tailOf(place, file);
    const next = await placeAfter(tail, readHead(place.head));
    const line = await sealLine(attempt, next);
    const before = tail.isEnded ? "" : "\n";
    const encoder = new TextEncoder();
    writeLasting(file, joined(encoder.encode(before), joined(line.bytes, encoder.encode("\n"))));
    const head = { version: 1, log: next.log, sequence: next.sequence, hash: line.hash } as const;
    writeHead(place.head, head);
    return head;
  } finally {
    file.close();
  }
}

/**
 * Writes an attempt to the log and makes it lasting.
 *
 * @param place Where the log is.
 * @param attempt What was attempted.
 * @returns Where the entry stands.
 * @throws {BpfmanError} `audit-unwritable`.
 */
export async function appendAttempt(place: AuditPlace, attempt: AuditAttempt): Promise<AuditHead> {
  try {
    return await append(place, attempt);
  } catch (cause) {
    throw unwritable(place, cause);
  }
}
