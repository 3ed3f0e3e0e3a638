/**
 * What a fake manager finds and mends.
 *
 * @module
 */
import type { RepairOptions, RepairReport, StatusFinding, StatusReport } from "../../core/types.ts";

const GONE: StatusFinding = {
  code: "interface-gone",
  severity: "drift",
  subject: "link 2",
  message: 'link 2 has lost its interface "v1"',
  mend: "bpfman repair",
};

const FOREIGN: StatusFinding = {
  code: "foreign-pin",
  severity: "drift",
  subject: "pin /run/bpfman/fs/prog_7",
  message:
    'the pin "/run/bpfman/fs/prog_7" holds another program than it should; it is not touched',
  mend: null,
};

const KILLED: StatusFinding = {
  code: "killed-command",
  severity: "note",
  subject: "process 4711",
  message: "process 4711 (attach 63 xdp) was killed after 2026-01-02T03:04:05.000Z while it " +
    "changed something; the next change finishes or undoes what it left",
  mend: "bpfman repair",
};

/** What was found; nothing where there is nothing. */
export function sampleStatus(isEmpty: boolean): StatusReport {
  return {
    checkedAt: "2026-01-02T03:04:06.000Z",
    runtimeDirectory: "/run/bpfman",
    bootId: "5d3cbeb5-0f3a-4a2e-9d3e-0c2f4a9b8c7d",
    counts: isEmpty ? { programs: 0, links: 0, hooks: 0 } : { programs: 3, links: 4, hooks: 1 },
    holder: isEmpty ? { pid: 12, verb: "load file", since: "2026-01-02T03:04:05.500Z" } : null,
    findings: isEmpty ? [] : [KILLED, GONE, FOREIGN],
    isFine: isEmpty,
  };
}

/** What was mended. */
export function sampleRepair(isEmpty: boolean, options: RepairOptions): RepairReport {
  const isDryRun = options.dryRun === true;
  const nothing = { isDryRun, steps: [], recoveredPrograms: [], recoveredLinks: [], left: [] };
  if (isEmpty) return nothing;
  const steps = [{
    code: "interface-gone",
    message: "link 2 has lost its interface: it is forgotten",
  }];
  if (options.rebuildStore !== true) {
    return { ...nothing, steps, left: isDryRun ? [GONE, FOREIGN] : [FOREIGN] };
  }
  const rows = { code: "rows-recovered", message: "the rows of links 3, 4 are made anew" };
  return { ...nothing, steps: [...steps, rows], recoveredPrograms: [63], recoveredLinks: [3, 4] };
}
