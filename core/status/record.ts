/**
 * Dated records of what `status` found, and what is new since the last one.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { Layout } from "../layout.ts";
import type { StatusFinding, StatusReport } from "../types.ts";

/** Records that are kept; older ones are removed. */
const MOST_RECORDS = 100;

const RECORD_NAME = /^\d{4}-\d\d-\d\dT[\d-]+\.\d+Z\.json$/;

/** A record, compared with the one before. */
export interface StatusRecord {
  /** Path of the new record. */
  readonly path: string;
  /** When the last record was made; null when there is none. */
  readonly since: string | null;
  /** Findings that the last record does not have. */
  readonly added: readonly StatusFinding[];
  /** Findings of the last record that are gone. */
  readonly gone: readonly StatusFinding[];
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name)
    .filter((name) => RECORD_NAME.test(name)).sort();
}

/** A record that can be read; null for one that was cut off. */
function readRecord(path: string): StatusReport | null {
  try {
    const found: StatusReport = JSON.parse(Deno.readTextFileSync(path));
    return Array.isArray(found.findings) ? found : null;
  } catch {
    return null;
  }
}

function lastRecord(directory: string): StatusReport | null {
  for (const name of namesIn(directory).reverse()) {
    const found = readRecord(`${directory}/${name}`);
    if (found !== null) return found;
  }
  return null;
}

function keyOf({ code, subject }: StatusFinding): string {
  return `${code} ${subject}`;
}

function missingIn(
  findings: readonly StatusFinding[],
  others: readonly StatusFinding[],
): StatusFinding[] {
  const known = new Set(others.map(keyOf));
  return findings.filter((finding) => !known.has(keyOf(finding)));
}

function write(directory: string, report: StatusReport): string {
  const path = `${directory}/${report.checkedAt.replaceAll(":", "-")}.json`;
  const next = `${path}.next`;
  Deno.writeTextFileSync(next, JSON.stringify(report, null, 2) + "\n", { mode: 0o644 });
  Deno.renameSync(next, path);
  return path;
}

/**
 * Keeps a report and tells what is new in it.
 *
 * @param report What was found.
 * @throws {BpfmanError} `record-failed` when it cannot be written.
 */
export function recordStatus(report: StatusReport): StatusRecord {
  const directory = new Layout(report.runtimeDirectory).records;
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o755 });
    const last = lastRecord(directory);
    const path = write(directory, report);
    for (const name of namesIn(directory).slice(0, -MOST_RECORDS)) {
      Deno.removeSync(`${directory}/${name}`);
    }
    return {
      path,
      since: last?.checkedAt ?? null,
      added: missingIn(report.findings, last?.findings ?? []),
      gone: missingIn(last?.findings ?? [], report.findings),
    };
  } catch (cause) {
    throw new BpfmanError(`Cannot keep a record in "${directory}"`, {
      code: "record-failed",
      hint: "Run as root, and see whether the file system is full; status without --record works",
      cause,
    });
  }
}
