/**
 * What `status` found and `repair` did, as JSON.
 *
 * @module
 */
import type { StatusRecord } from "../../core/status/record.ts";
import type { RepairReport, StatusFinding, StatusReport } from "../../core/types.ts";

function findingJson(finding: StatusFinding): Record<string, unknown> {
  const { code, severity, subject, message, mend } = finding;
  return { code, severity, subject, message, mend };
}

function recordJson(record: StatusRecord | null): Record<string, unknown> {
  if (record === null) return {};
  return {
    record: {
      path: record.path,
      since: record.since,
      new: record.added.map(findingJson),
      gone: record.gone.map(findingJson),
    },
  };
}

function wordOf({ holder, isFine }: StatusReport): string {
  if (holder !== null) return "changing";
  return isFine ? "fine" : "drift";
}

/** What was found. */
export function statusJson(
  report: StatusReport,
  record: StatusRecord | null,
): Record<string, unknown> {
  return {
    status: wordOf(report),
    checked_at: report.checkedAt,
    runtime_directory: report.runtimeDirectory,
    boot_id: report.bootId,
    counts: report.counts,
    changing: report.holder,
    findings: report.findings.map(findingJson),
    ...recordJson(record),
  };
}

/** What was done. */
export function repairJson(report: RepairReport): Record<string, unknown> {
  return {
    dry_run: report.isDryRun,
    steps: report.steps.map(({ code, message }) => ({ code, message })),
    recovered: { programs: report.recoveredPrograms, links: report.recoveredLinks },
    left: report.left.map(findingJson),
  };
}
