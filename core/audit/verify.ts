/**
 * Reads the whole log and names the first thing that is wrong with it.
 *
 * @module
 */
import { findFiles, readHead, readingLog, readWhole } from "./files.ts";
import { genesisOf, openLine, type Piece, piecesOf } from "./line.ts";
import { tornNote } from "./tail.ts";
import type { AuditEntry, AuditHead, AuditPlace, ChainPoint } from "./types.ts";

/** A place in a file of the log. */
export interface LogPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The first bad entry. */
export interface BadEntry extends LogPlace {
  /** Number that the entry has or should have. */
  readonly sequence: number;
  /** What is wrong, in words. */
  readonly reason: string;
}

/** A write that was cut short and told of by the entry behind it, or the end of the log. */
export interface TornBytes extends LogPlace {
  readonly bytes: number;
}

/** What was found. */
export interface AuditReport {
  readonly files: readonly string[];
  /** Entries that hold, up to the first bad one. */
  readonly entries: number;
  /** The last entry that holds; null for none. */
  readonly last: AuditHead | null;
  readonly torn: readonly TornBytes[];
  readonly bad: BadEntry | null;
  /** What keeps the answer from being more certain. */
  readonly notes: readonly string[];
}

/** What is known from elsewhere. */
export interface VerifyOptions {
  /** Points that `audit head` printed once and that were kept elsewhere. @default none */
  readonly anchors?: readonly ChainPoint[];
}

/** A line with its file. */
interface Found extends LogPlace {
  readonly piece: Piece;
}

/** Thrown when the first bad entry is found. */
class Bad extends Error {
  readonly entry: BadEntry;

  constructor({ file, line }: LogPlace, sequence: number, reason: string) {
    super(`Cannot accept entry ${sequence}: ${reason}`);
    this.entry = { file, line, sequence, reason };
  }
}

function missing(from: number, to: number): string {
  return from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing`;
}

/** The chain as far as it was followed. */
class Follower {
  entries = 0;
  last: AuditHead | null = null;
  end: LogPlace;
  readonly torn: TornBytes[] = [];
  #garbage: Found[] = [];
  readonly #points: readonly ChainPoint[];

  constructor(start: LogPlace, points: readonly ChainPoint[]) {
    this.end = start;
    this.#points = points;
  }

  async take(found: Found): Promise<void> {
    const next = (this.last?.sequence ?? 0) + 1;
    if (found.piece.bytes.length === 0) throw new Bad(found, next, "the line is empty");
    const entry = await openLine(found.piece.bytes);
    if (entry === null) return void this.#garbage.push(found);
    await this.#checkGarbage(entry, found);
    await this.#checkPlace(entry, found);
    this.entries++;
    this.last = { version: 1, log: entry.log, sequence: entry.sequence, hash: entry.hash };
    this.end = { file: found.file, line: found.line + 1 };
  }

  /** What stands behind the last entry was cut short, or is not of this log. */
  finish(): void {
    this.#keepGarbage();
  }

  #keepGarbage(): void {
    const [first] = this.#garbage;
    if (first === undefined) return;
    const bytes = this.#garbage.reduce((sum, { piece }) => sum + piece.bytes.length, 0);
    this.torn.push({ file: first.file, line: first.line, bytes });
    this.#garbage = [];
  }

  async #checkGarbage(entry: AuditEntry, found: Found): Promise<void> {
    const [first] = this.#garbage;
    const next = (this.last?.sequence ?? 0) + 1;
    const bytes = this.#garbage.flatMap(({ piece }) => [...piece.bytes]);
    const seen = await tornNote(new Uint8Array(bytes));
    const { torn } = entry;
    if (torn?.bytes === seen?.bytes && torn?.digest === seen?.digest) return this.#keepGarbage();
    if (first === undefined) {
      throw new Bad(found, next, "the bytes of the cut write that it stands behind are missing");
    }
    throw new Bad(first, next, "it was changed, or is not of this log");
  }

  async #checkPlace(entry: AuditEntry, found: Found): Promise<void> {
    const { last } = this;
    const next = (last?.sequence ?? 0) + 1;
    const { sequence } = entry;
    if (last !== null && entry.log !== last.log) throw new Bad(found, next, "it is of another log");
    if (sequence > next) this.#checkStart(entry, found, next);
    if (sequence < next) throw new Bad(found, next, `entry ${sequence} stands here`);
    const previous = last?.hash ?? this.#pointOf(sequence - 1)?.hash ??
      await genesisOf(entry.log);
    if (entry.previous !== previous) {
      throw new Bad(found, sequence, "it does not follow from the entry before");
    }
    if (entry.lost !== undefined) {
      const { lost } = entry;
      throw new Bad(
        found,
        Math.min(lost.sequence, sequence),
        `when entry ${sequence} was written, the log had been cut: ` +
          `entry ${lost.sequence} had been written before`,
      );
    }
    this.#checkPoint(entry, found);
  }

  /** A log whose older files are kept elsewhere begins behind a point that is known. */
  #checkStart({ sequence }: AuditEntry, found: Found, next: number): void {
    if (this.last === null && this.#pointOf(sequence - 1) !== undefined) return;
    throw new Bad(found, next, missing(next, sequence - 1));
  }

  #checkPoint({ sequence, hash }: AuditEntry, found: Found): void {
    const point = this.#points.find((one) => one.sequence === sequence && one.hash !== hash);
    if (point === undefined) return;
    throw new Bad(found, sequence, `its hash is not the one that is known: ${point.hash}`);
  }

  #pointOf(sequence: number): ChainPoint | undefined {
    return this.#points.find((point) => point.sequence === sequence);
  }

  /** Compares the end with a point that the log must have come to. */
  checkEnd({ sequence }: ChainPoint): void {
    const reached = this.last?.sequence ?? 0;
    if (reached >= sequence) return;
    throw new Bad(this.end, reached + 1, missing(reached + 1, sequence));
  }
}

function* linesOf(files: readonly string[]): Generator<Found> {
  for (const file of files) {
    const bytes = readWhole(file);
    if (bytes === null) continue;
    for (const piece of piecesOf(bytes)) yield { file, line: piece.line, piece };
  }
}

function headNotes(head: AuditHead | string, last: AuditHead | null): string[] {
  if (typeof head !== "string") {
    const behind = (last?.sequence ?? 0) - head.sequence;
    return behind > 0 ? [`the head record is ${behind} entry(s) behind the log`] : [];
  }
  if (last === null && head === "absent") return [];
  return [`the head record is ${head}: a log that was cut at its end looks like a whole one`];
}

/**
 * Verifies a log.
 *
 * @param place Where the log is.
 * @param options What is known from elsewhere.
 * @returns What was found; `bad` is null when all of it holds.
 * @throws {BpfmanError} `audit-unreadable`.
 */
export async function verifyLog(
  place: AuditPlace,
  options: VerifyOptions = {},
): Promise<AuditReport> {
  return await readingLog(place, () => reportOf(place, options));
}

async function reportOf(place: AuditPlace, options: VerifyOptions): Promise<AuditReport> {
  const files = [...findFiles(place).full, place.file];
  const head = readHead(place.head);
  const points = [...options.anchors ?? [], ...(typeof head === "string" ? [] : [head])];
  const follower = new Follower({ file: files[0] ?? place.file, line: 1 }, points);
  let bad: BadEntry | null = null;
  try {
    for (const found of linesOf(files)) await follower.take(found);
    for (const point of points) follower.checkEnd(point);
    if (typeof head !== "string" && follower.last !== null && head.log !== follower.last.log) {
      throw new Bad(follower.end, 1, "the head record is of another log");
    }
    follower.finish();
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    bad = error.entry;
  }
  const { entries, last, torn } = follower;
  const notes = bad === null ? headNotes(head, last) : [];
  return { files, entries, last, torn, bad, notes };
}
