/**
 * Differences between the store's own files.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import { describeHolder, readHolder } from "../store/holder.ts";
import type { FoundState } from "../store/read_state.ts";
import type { StatusFinding } from "../types.ts";
import { type DatabaseSighting, sightDatabase } from "./database_file.ts";
import { drift, MEND, note, REBUILD } from "./finding.ts";

/** True when there is something that a store should know of. */
function hasAnything({ kernel, layout }: Machine, { state }: FoundState): boolean {
  return state.programs.size + state.links.size + state.hooks.size > 0 ||
    kernel.files.list(layout.programs).length > 0 ||
    kernel.files.list(layout.bpffs).some((name) => name.startsWith("prog_"));
}

function fileFinding(machine: Machine, { notice, isGuess }: FoundState): StatusFinding[] {
  if (notice === null) return [];
  const { code, message } = notice;
  if (code === "state-version") {
    return [drift("state-version", { subject: "store", message, mend: null })];
  }
  const isDamaged = code === "state-corrupt";
  return [
    drift(isDamaged ? "snapshot-corrupt" : "snapshot-missing", {
      subject: `file ${machine.layout.snapshot}`,
      message,
      mend: isGuess && !isDamaged ? REBUILD : MEND,
    }),
  ];
}

function databaseFinding(
  machine: Machine,
  found: FoundState,
  seen: DatabaseSighting,
): StatusFinding[] {
  const { database } = machine.layout;
  const subject = `file ${database}`;
  if (seen.state === "damaged") {
    const message = `the database "${database}" is damaged: ${seen.why}`;
    return [drift("database-corrupt", { subject, message, mend: REBUILD })];
  }
  const isLost = seen.state !== "sound" && hasAnything(machine, found);
  if (!isLost) return [];
  const what = seen.state === "empty" ? "is empty" : "is gone";
  const message = `the database "${database}" ${what}, while there are programs`;
  return [drift("database-missing", { subject, message, mend: found.isGuess ? REBUILD : MEND })];
}

/**
 * Differences between the files of the store.
 *
 * @param machine The machine.
 * @param found The rows as readers find them.
 */
export function storeFindings(machine: Machine, found: FoundState): StatusFinding[] {
  const { layout } = machine;
  const seen = sightDatabase(layout.database, layout.snapshot);
  const findings = [...fileFinding(machine, found), ...databaseFinding(machine, found, seen)];
  if (seen.isAhead) {
    const message = `"${layout.snapshot}" may be older than the database: the process that ` +
      "changed both was killed in between";
    findings.push(
      drift("snapshot-stale", { subject: `file ${layout.snapshot}`, message, mend: MEND }),
    );
  }
  const dead = readHolder(layout.lock);
  if (dead !== null) {
    const message = `${describeHolder(dead)} was killed after ${dead.since} while it changed ` +
      "something; the next change finishes or undoes what it left";
    findings.push(note("killed-command", { subject: `process ${dead.pid}`, message, mend: MEND }));
  }
  return findings;
}
