/**
 * The audit log as text and as JSON.
 *
 * @module
 */
import type { AuditEntry, AuditWho } from "../../core/audit/types.ts";
import type { AuditReport } from "../../core/audit/verify.ts";
import { rfc3339 } from "./format.ts";
import type { Tone } from "./style.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import type { AuditVerifiedJson } from "../schema/audit.ts";

function whoText({ uid, user, via, account }: AuditWho): string {
  if (account !== null) return account;
  const name = user ?? (uid === null ? "-" : String(uid));
  return via === null ? name : `${via.user ?? via.uid} (${name})`;
}

function sourceText({ source }: AuditEntry): string {
  if (source === null) return "-";
  if (source.kind === "named") return source.name;
  return source.kind === "image" ? source.reference : source.path;
}

function ids(numbers: readonly number[]): string {
  return numbers.length === 0 ? "-" : numbers.join(",");
}

function resultTone(cell: string): Tone {
  return cell === "done" ? "ok" : "bad";
}

/** A table of entries. */
export function auditTable(entries: readonly AuditEntry[], options: TableOptions): string {
  const columns: Column[] = [
    { header: "NUMBER", isId: true },
    { header: "TIME", rank: 1 },
    { header: "WHO", rank: 2, least: 6 },
    { header: "VERB" },
    { header: "RESULT", tone: resultTone },
    { header: "ERROR", rank: 3, least: 10 },
    { header: "PROGRAMS", rank: 4, least: 8 },
    { header: "LINKS", rank: 5, least: 5 },
    { header: "SOURCE", rank: 6, least: 16, keep: "end" },
  ];
  const rows = entries.map((entry) => [
    String(entry.sequence),
    rfc3339(entry.time),
    whoText(entry.who),
    entry.verb,
    entry.result,
    entry.error ?? "-",
    ids(entry.programs),
    ids(entry.links),
    sourceText(entry),
  ]);
  return renderTable(columns, rows, options);
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** What was found, in lines; the first says whether the log holds. */
export function reportText({ files, entries, last, torn, bad, notes }: AuditReport): string {
  const size = `${count(entries, "entry", "entries")} in ${count(files.length, "file", "files")}`;
  const first = bad === null
    ? `The log holds: ${size}${last === null ? "" : `, last ${last.sequence}:${last.hash}`}`
    : `Bad entry ${bad.sequence} at ${bad.file}:${bad.line}: ${bad.reason}`;
  return [
    first,
    ...(bad === null ? [] : [`${count(entries, "entry", "entries")} before it hold`]),
    ...torn.map(({ file, line, bytes }) =>
      `Torn write of ${count(bytes, "byte", "bytes")} at ${file}:${line}: ` +
      "its writer was killed or had no room"
    ),
    ...notes.map((note) => `Note: ${note}`),
    "",
  ].join("\n");
}

/** The same as a value. */
export function reportJson(report: AuditReport): AuditVerifiedJson {
  const { files, entries, last, torn, bad, notes } = report;
  const end = last === null ? null : { log: last.log, sequence: last.sequence, hash: last.hash };
  return { holds: bad === null, files, entries, last: end, bad, torn, notes };
}
