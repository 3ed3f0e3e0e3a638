/**
 * The list of programs.
 *
 * @module
 */
import { withExplanation } from "./kernel_errors.ts";
import { lookProgram } from "./lookups.ts";
import type { Machine } from "./machine.ts";
import { applicationOf, isWantedOwner } from "./owner_filter.ts";
import type { ReadStates } from "./session_types.ts";
import { linksOf } from "./store/state.ts";
import type { ProgramFilter, ProgramRecord, ProgramRow } from "./types.ts";

/** What is known before the kernel is asked. */
type States = Pick<ReadStates, "seen" | "infos">;

function managedRow(
  machine: Machine,
  { seen, infos }: States,
  { record, hasMemory = true }: { record: ProgramRecord; hasMemory?: boolean | undefined },
): ProgramRow {
  const { kernel } = machine;
  const known = hasMemory ? undefined : infos?.get(record.programId);
  const info = known ?? lookProgram(machine, record, hasMemory ? "all" : "one-call");
  return {
    programId: record.programId,
    isManaged: true,
    application: applicationOf(record),
    type: record.type,
    functionName: record.name,
    links: linksOf(seen, record.programId).map((link) => link.id),
    record,
    kernel: info,
    loadedAt: info === null ? null : kernel.host.bootTimeToDate(info.loadTime),
    holders: [],
  };
}

/** The list of others; named by a value, as few lists are of all programs (see cli/main.ts). */
function othersList(): Promise<typeof import("./list_foreign.ts")> {
  const path = "./list_foreign.ts";
  return import(path);
}

/** Programs that pass a filter, ascending by id. */
export async function listProgramRows(
  machine: Machine,
  states: States,
  filter: ProgramFilter,
): Promise<ProgramRow[]> {
  const { seen } = states;
  const work = { action: "Cannot list programs", needs: ["CAP_SYS_ADMIN"] };
  const managed = withExplanation(
    machine.kernel,
    work,
    () =>
      [...seen.programs.values()].filter((record) => isWantedOwner(record, filter))
        .map((record) => managedRow(machine, states, { record, hasMemory: filter.hasMemory }))
        .filter(({ links }) =>
          filter.attached === undefined || filter.attached === (links.length > 0)
        ),
  );
  const foreign = filter.all === true
    ? (await othersList()).foreignRows(machine, seen, filter)
    : [];
  return [...managed, ...foreign].sort((a, b) => a.programId - b.programId);
}
