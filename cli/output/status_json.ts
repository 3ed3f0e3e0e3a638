/**
 * What `status` found and `repair` did, as JSON.
 *
 * @module
 */
import type { StatusRecord } from "../../core/status/record.ts";
import type { RepairReport, StatusFinding, StatusReport } from "../../core/types.ts";
import type { FindingJson, RepairJson, StatusJson } from "../schema/host.ts";

function findingJson(finding: StatusFinding): FindingJson {
  const { code, severity, subject, message, mend } = finding;
  return { code, severity, subject, message, mend };
}

function recordJson(record: StatusRecord | null): Pick<StatusJson, "record"> {
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

function wordOf({ holder, isFine }: StatusReport): StatusJson["status"] {
  if (holder !== null) return "changing";
  return isFine ? "fine" : "drift";
}

/** What was found. */
export function statusJson(
  report: StatusReport,
  record: StatusRecord | null,
): StatusJson {
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
export function repairJson(report: RepairReport): RepairJson {
  return {
    dry_run: report.isDryRun,
    steps: report.steps.map(({ code, message }) => ({ code, message })),
    recovered: { programs: report.recoveredPrograms, links: report.recoveredLinks },
    left: report.left.map(findingJson),
  };
}
