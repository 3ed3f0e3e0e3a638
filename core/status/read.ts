/**
 * `status`: store, pins and kernel compared, without a lock and without a change.
 *
 * @module
 */
import { bootIdOf } from "../identity.ts";
import type { Machine } from "../machine.ts";
import { readHolder } from "../store/holder.ts";
import { isLockHeld } from "../store/lock.ts";
import { type FoundState, readState } from "../store/read_state.ts";
import { snapshotMark } from "../store/snapshot.ts";
import type { StatusFinding, StatusReport } from "../types.ts";
import { withPlace } from "./finding.ts";
import { stateFindings } from "./state_findings.ts";
import { storeFindings } from "./store_findings.ts";

/** How often one state is looked for, while writers change it. */
const MOST_READS = 5;

interface Look {
  readonly found: FoundState;
  readonly findings: readonly StatusFinding[];
}

/** Differences between rows, pins and kernel; nothing may be said of rows that cannot be read. */
function differences(machine: Machine, { state, isGuess, notice }: FoundState): StatusFinding[] {
  return isGuess && notice?.code === "state-version" ? [] : stateFindings(machine, state);
}

function look(machine: Machine): Look {
  const found = readState(machine.layout);
  const findings = [...storeFindings(machine, found), ...differences(machine, found)];
  return { found, findings };
}

function reportOf(machine: Machine, { found, findings }: Look): StatusReport {
  const { programs, links, hooks } = found.state;
  return {
    checkedAt: machine.now().toISOString(),
    runtimeDirectory: machine.layout.root,
    bootId: bootIdOf(machine),
    counts: { programs: programs.size, links: links.size, hooks: hooks.size },
    holder: null,
    findings: findings.map((finding) => withPlace(machine, finding)),
    isFine: findings.every(({ severity }) => severity === "note"),
  };
}

/** What can be said while somebody changes something: who it is. */
function busyReport(machine: Machine): StatusReport {
  const { lock } = machine.layout;
  const found = readState(machine.layout);
  const holder = readHolder(lock) ?? { pid: 0, verb: "", since: machine.now().toISOString() };
  return { ...reportOf(machine, { found, findings: [] }), holder };
}

/**
 * Compares store, pins and kernel.
 *
 * @param machine The machine.
 * @throws {BpfmanError} When files or kernel may not be looked at.
 */
export function readStatus(machine: Machine): StatusReport {
  const { lock, snapshot } = machine.layout;
  for (let tries = 0; tries < MOST_READS; tries++) {
    const mark = snapshotMark(snapshot);
    if (isLockHeld(lock)) return busyReport(machine);
    const seen = look(machine);
    // what looks like drift may be the work of somebody who began, and ended, meanwhile
    const isSteady = snapshotMark(snapshot) === mark && !isLockHeld(lock);
    if (isSteady) return reportOf(machine, seen);
  }
  return busyReport(machine);
}
