/**
 * Everything that is found of rows, pins and kernel.
 *
 * @module
 */
import { withExplanation } from "../kernel_errors.ts";
import { describePlace } from "../link/driver.ts";
import { describeProblem } from "../link/health.ts";
import type { Machine } from "../machine.ts";
import type { Observation, Repair } from "../reconcile.ts";
import type { StoreState } from "../store/state.ts";
import type { FindingCode, LinkId, LinkProblem, LinkRecord, StatusFinding } from "../types.ts";
import { viewLink } from "../view_link.ts";
import { describeEdit, findEdits, subjectOfEdit } from "./edits.ts";
import { drift, MEND, REBUILD } from "./finding.ts";
import { findLitter, type Litter } from "./litter.ts";
import { recoverable } from "./recoverable.ts";
import { repairFinding } from "./row_findings.ts";
import { survey } from "./survey.ts";

/** Links that the repairs speak of. */
function repairedLinks(repairs: readonly Repair[]): ReadonlySet<LinkId> {
  return new Set(repairs.flatMap((repair): LinkId[] => {
    if (repair.kind === "forget-boot") return [...repair.state.links.keys()];
    if ("dropped" in repair) return [...repair.dropped];
    if (repair.kind === "adopt-link") return [repair.record.id];
    if (repair.kind === "undo-program" || !("id" in repair)) return [];
    return [repair.id];
  }));
}

const PROBLEM_CODES: Readonly<Record<LinkProblem, FindingCode>> = {
  "interface-gone": "interface-gone",
  "netns-gone": "netns-gone",
  "cgroup-gone": "cgroup-gone",
  "process-gone": "process-gone",
  "program-gone": "program-gone",
  "pin-gone": "pin-gone",
  "link-gone": "link-gone",
};

function linkFindings(machine: Machine, state: StoreState, record: LinkRecord): StatusFinding[] {
  const { id, details, programId } = record;
  const subject = `link ${id}`;
  const place = `link ${id} on "${describePlace(details)}"`;
  const mend = `bpfman detach ${id}`;
  if (!state.programs.has(programId)) {
    const message = `${place} is of program ${programId}, which has no row`;
    return [drift("stale-row", { subject, message, mend })];
  }
  const { problem } = viewLink(machine, state, record);
  if (problem === null) return [];
  const message = `${place} does nothing any more: ${describeProblem(problem)}`;
  return [drift(PROBLEM_CODES[problem], { subject, message, mend })];
}

function replaceFindings(state: StoreState): StatusFinding[] {
  return [...state.programs.values()].flatMap(({ programId, replaces }) => {
    if (replaces === undefined) return [];
    const message = `program ${programId} was interrupted when it took the place of ${replaces}`;
    return [drift("interrupted-replace", { subject: `program ${programId}`, message, mend: MEND })];
  });
}

function runFindings(state: StoreState): StatusFinding[] {
  return [...state.programs.values()].filter(({ awaitsLink }) => awaitsLink)
    .map(({ programId }) => {
      const message = `the run of program ${programId} was interrupted`;
      return drift("interrupted-run", { subject: `program ${programId}`, message, mend: MEND });
    });
}

function litterFinding(litter: Litter, isRecoverable: boolean): StatusFinding {
  const { kind, path } = litter;
  switch (kind) {
    case "maps":
    case "internal":
      return drift("orphan-pin", {
        subject: `pin ${path}`,
        message: `the maps in "${path}" belong to no program`,
        mend: MEND,
      });
    case "revision":
    case "staging":
      return drift("orphan-folder", {
        subject: `folder ${path}`,
        message: `the folder "${path}" is left over`,
        mend: MEND,
      });
    case "link": {
      const message = `the link pinned at "${path}" runs on, and no row knows of it`;
      return drift("orphan-pin", {
        subject: `pin ${path}`,
        message,
        mend: isRecoverable ? REBUILD : `rm '${path}'`,
      });
    }
    case "chain": {
      const { word, nsid, ifindex } = litter;
      const name = `${word} ${nsid} ${ifindex}`;
      const message = `a chain of ours is on ${word} of interface ${ifindex} in network ` +
        `namespace ${nsid}, and no row knows of it`;
      const mend = isRecoverable ? REBUILD : `bpfman dispatcher delete ${name}`;
      return drift("forgotten-chain", { subject: `chain ${name}`, message, mend });
    }
  }
}

/** Pins of programs that are not, or may not be, ours. */
function pinFindings(machine: Machine, state: StoreState, seen: Observation): StatusFinding[] {
  const { layout } = machine;
  const foreign = [...seen.foreignPins].map((id) => {
    const path = layout.programPin(id);
    const message = `the pin "${path}" holds another program than it should; it is not touched`;
    return drift("foreign-pin", { subject: `pin ${path}`, message, mend: null });
  });
  const orphans = [...seen.pinned]
    .filter((id) => !seen.folders.has(id) && !state.programs.has(id))
    .map((id) => {
      const path = layout.programPin(id);
      const message = `the pin "${path}" belongs to no row and no load of ours; it is not touched`;
      return drift("orphan-pin", { subject: `pin ${path}`, message, mend: `rm '${path}'` });
    });
  return [...foreign, ...orphans];
}

/** Differences between rows, pins and kernel. */
export function stateFindings(machine: Machine, state: StoreState): StatusFinding[] {
  const work = { action: "Cannot compare rows with the kernel", needs: ["CAP_SYS_ADMIN"] };
  return withExplanation(machine.kernel, work, () => {
    const { seen, repairs } = survey(machine, state);
    const told = repairedLinks(repairs);
    const gone = new Set(
      [...repairs].flatMap((repair) => repair.kind === "undo-program" ? [repair.id] : []),
    );
    const saved = recoverable(machine, state);
    const isOurs = (litter: Litter) => !("id" in litter) || !gone.has(litter.id);
    return [
      ...pinFindings(machine, state, seen),
      ...repairs.map((repair) => repairFinding({ machine, state, seen }, repair)),
      ...replaceFindings(state),
      ...runFindings(state),
      ...findEdits(machine, state).map((edit) =>
        drift("foreign-edit", {
          subject: subjectOfEdit(edit),
          message: describeEdit(edit),
          mend: MEND,
        })
      ),
      ...(seen.isOtherBoot ? [] : [...state.links.values()])
        .filter(({ id }) => !told.has(id))
        .flatMap((record) => linkFindings(machine, state, record)),
      ...findLitter(machine, state).filter(isOurs)
        .map((litter) => litterFinding(litter, saved.paths.has(litter.path))),
    ];
  });
}
