/**
 * Reads entries for people to look at. What is no entry is left out: `verifyLog` tells of it.
 *
 * @module
 */
import { findFiles, readingLog, readWhole } from "./files.ts";
import { openLine, piecesOf } from "./line.ts";
import type { AuditEntry, AuditPlace, AuditResult } from "./types.ts";

/** Filters; all given ones must hold. */
export interface AuditFilter {
  /** Only from this instant on. */
  readonly since?: Date;
  /** Verbs that begin with these words. */
  readonly verb?: string;
  readonly result?: AuditResult;
  /** Only the last so many. */
  readonly limit?: number;
}

function isWanted(entry: AuditEntry, { since, verb, result }: AuditFilter): boolean {
  if (since !== undefined && Date.parse(entry.time) < since.getTime()) return false;
  if (verb !== undefined && entry.verb !== verb && !entry.verb.startsWith(`${verb} `)) return false;
  return result === undefined || entry.result === result;
}

/**
 * Reads a log, oldest entry first.
 *
 * @throws {BpfmanError} `audit-unreadable`.
 */
export async function readEntries(
  place: AuditPlace,
  filter: AuditFilter = {},
): Promise<AuditEntry[]> {
  return await readingLog(place, () => entriesOf(place, filter));
}

async function entriesOf(place: AuditPlace, filter: AuditFilter): Promise<AuditEntry[]> {
  const wanted: AuditEntry[] = [];
  for (const path of [...findFiles(place).full, place.file]) {
    for (const { bytes } of piecesOf(readWhole(path) ?? new Uint8Array())) {
      const entry = await openLine(bytes);
      if (entry !== null && isWanted(entry, filter)) wanted.push(entry);
    }
  }
  return filter.limit === undefined ? wanted : wanted.slice(-filter.limit);
}
