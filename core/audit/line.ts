/**
 * Entries as lines and back. The hash of an entry covers the hash of the entry before and every
 * byte of the line up to the hash itself, as they stand in the file.
 *
 * @module
 */
import type { AuditAttempt, AuditEntry, ChainPoint, TornNote } from "./types.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a line ends with; the newline is not part of the line. */
const ENDING = /^,"hash":"([0-9a-f]{64})"\}$/;
const ENDING_LENGTH = ',"hash":""}'.length + 64;

async function sha256(...parts: readonly Uint8Array[]): Promise<string> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole)).toHex();
}

/** `sha256:…` of some bytes. */
export async function digestOfBytes(bytes: Uint8Array): Promise<string> {
  return `sha256:${await sha256(bytes)}`;
}

/** What stands for the entry before the first one. */
export function genesisOf(log: string): Promise<string> {
  return sha256(encoder.encode(`bpfman audit log 1 ${log}`));
}

/** A new log's id. */
export function newLogId(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}

/** Where an entry stands in the chain. */
export interface LinePlace {
  readonly log: string;
  readonly sequence: number;
  readonly previous: string;
  readonly torn?: TornNote;
  readonly lost?: ChainPoint;
}

/** A line without its newline, and its hash. */
export interface SealedLine {
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** Makes the line of an attempt. */
export async function sealLine(attempt: AuditAttempt, place: LinePlace): Promise<SealedLine> {
  const { log, sequence, previous, torn, lost } = place;
  const text = JSON.stringify({
    version: 1,
    log,
    sequence,
    ...attempt,
    ...(torn === undefined ? {} : { torn }),
    ...(lost === undefined ? {} : { lost }),
    previous,
  });
  // the hash takes the place of the closing brace
  const body = text.slice(0, -1);
  const hash = await sha256(Uint8Array.fromHex(previous), encoder.encode(body));
  return { bytes: encoder.encode(`${body},"hash":"${hash}"}`), hash };
}

function isEntry(value: unknown): value is AuditEntry {
  if (typeof value !== "object" || value === null) return false;
  const { version, log, sequence, previous } = value as Partial<AuditEntry>;
  return version === 1 && typeof log === "string" && Number.isSafeInteger(sequence) &&
    typeof previous === "string" && /^[0-9a-f]{64}$/.test(previous);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return "";
  }
}

/**
 * Reads a line whose hash is that of its own bytes.
 *
 * @param bytes The line without its newline.
 * @returns The entry; null when the bytes are not a line that was ever written.
 */
export async function openLine(bytes: Uint8Array): Promise<AuditEntry | null> {
  const text = decode(bytes);
  const hash = ENDING.exec(text.slice(-ENDING_LENGTH))?.[1];
  const entry = hash === undefined ? undefined : parse(text);
  if (hash === undefined || !isEntry(entry)) return null;
  const body = bytes.subarray(0, bytes.length - ENDING_LENGTH);
  return await sha256(Uint8Array.fromHex(entry.previous), body) === hash ? entry : null;
}

/** One piece of a file. */
export interface Piece {
  /** Without its newline. */
  readonly bytes: Uint8Array;
  /** False for the last piece of a file whose writer did not come to the newline. */
  readonly isEnded: boolean;
  /** Number of the line, from 1. */
  readonly line: number;
}

const NEWLINE = 10;

/** Cuts a file into lines. */
export function* piecesOf(file: Uint8Array): Generator<Piece> {
  let [start, line] = [0, 1];
  while (start < file.length) {
    const end = file.indexOf(NEWLINE, start);
    const isEnded = end >= 0;
    yield { bytes: file.subarray(start, isEnded ? end : file.length), isEnded, line };
    start = isEnded ? end + 1 : file.length;
    line++;
  }
}
