/**
 * The files of a log: the one that is written to, and the full ones beside it.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { entriesIn, ifThere, isFolder } from "../files/if_there.ts";
import { folderOf, writeAll } from "../files/write.ts";
import type { AuditHead, AuditPlace } from "./types.ts";

/** Size from which the next entry begins a new file. */
export const DEFAULT_MAX_BYTES: number = 16 * 1024 * 1024;

/** The file that comes after the full ones, and the full ones, oldest first. */
export interface LogFiles {
  readonly full: readonly string[];
  /** Where the current file goes when it is full. */
  readonly next: string;
}

/** Looks for the full files of a log. */
export function findFiles({ file }: AuditPlace): LogFiles {
  const folder = folderOf(file);
  const name = file.slice(folder.length).replace(/^\//, "");
  const numbers: number[] = [];
  for (const { name: other } of entriesIn(folder)) {
    if (!other.startsWith(`${name}.`)) continue;
    const digits = other.slice(name.length + 1);
    if (/^[1-9][0-9]{0,8}$/.test(digits)) numbers.push(Number(digits));
  }
  numbers.sort((a, b) => a - b);
  return {
    full: numbers.map((number) => `${file}.${number}`),
    next: `${file}.${(numbers.at(-1) ?? 0) + 1}`,
  };
}

/**
 * Reads a log for somebody; what the file system says is told with the place.
 *
 * @throws {BpfmanError} `audit-unreadable`, and what the work throws of its own.
 */
export async function readingLog<T>(place: AuditPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof BpfmanError || cause instanceof Deno.errors.NotCapable) throw cause;
    throw new BpfmanError(`Cannot read the audit log "${place.file}"`, {
      code: "audit-unreadable",
      hint: "Run as root, who alone may read it, or correct [audit] file in the configuration",
      cause,
    });
  }
}

/** Whole content of a file; null when there is none. */
export function readWhole(path: string): Uint8Array | null {
  return ifThere(() => Deno.readFileSync(path)) ?? null;
}

/** What the head record says: `absent` and `unreadable` are no records. */
export type HeadRecord = AuditHead | "absent" | "unreadable";

function isHead(value: unknown): value is AuditHead {
  if (typeof value !== "object" || value === null) return false;
  const { version, log, sequence, hash } = value as Partial<AuditHead>;
  return version === 1 && typeof log === "string" && Number.isSafeInteger(sequence) &&
    typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash);
}

/** Reads the head record. */
export function readHead(path: string): HeadRecord {
  const bytes = readWhole(path);
  if (bytes === null) return "absent";
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isHead(value) ? value : "unreadable";
  } catch {
    return "unreadable";
  }
}

/** Writes the head record; it is the old one or the new one at every moment. */
export function writeHead(path: string, head: AuditHead): void {
  // where nothing ever was loaded, an attempt does not make a runtime directory
  if (!isFolder(folderOf(folderOf(path)))) return;
  const staged = `${path}.new`;
  Deno.mkdirSync(folderOf(path), { recursive: true, mode: 0o755 });
  // no mode is changed afterwards: the process that loads may not do that
  using file = Deno.openSync(staged, { write: true, create: true, truncate: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  writeAll(file, bytes);
  Deno.renameSync(staged, path);
}

/** The error for a log that cannot be written. */
export function unwritable(place: AuditPlace, cause: unknown): BpfmanError {
  return new BpfmanError(`Cannot write the audit log "${place.file}"`, {
    code: "audit-unwritable",
    hint: "Make room or correct [audit] file in the configuration",
    cause,
  });
}
