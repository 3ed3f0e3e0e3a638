/**
 * `repair`: everything that `status` names and that can be mended.
 *
 * @module
 */
import { describeRepair } from "../describe_repair.ts";
import type { Machine } from "../machine.ts";
import type { Session } from "../session.ts";
import type { Store } from "../store/kv_store.ts";
import { type FoundState, readState } from "../store/read_state.ts";
import { EMPTY_STATE, type StoreChange, type StoreState } from "../store/state.ts";
import type { LinkId, ProgramId, RepairOptions, RepairReport, RepairStep } from "../types.ts";
import { describeEdit, findEdits, mendEdit, subjectOfEdit } from "./edits.ts";
import { findLitter, type Litter, removeLitter } from "./litter.ts";
import { readStatus } from "./read.ts";
import { copiedRows, recoverable } from "./recoverable.ts";
import { setAside } from "./set_aside.ts";
import { stateFindings } from "./state_findings.ts";
import { storeFindings } from "./store_findings.ts";
import { survey } from "./survey.ts";
import { withPlace } from "./finding.ts";

function stepOfLitter({ kind, path }: Litter): RepairStep {
  const what = kind === "maps" || kind === "internal" ? "maps" : "files";
  return { code: "left-over", message: `the ${what} in "${path}" are removed` };
}

function stepsOfRows({ putLinks = [], putHooks = [] }: StoreChange): RepairStep[] {
  if (putLinks.length + putHooks.length === 0) return [];
  const ids = putLinks.map(({ id }) => id).join(", ");
  const links = putLinks.length === 1 ? `link ${ids} is` : `links ${ids} are`;
  return [{ code: "rows-recovered", message: `the rows of ${links} made anew` }];
}

/** What the database and the files beside it are made anew from each other for. */
function stepsOfStore(machine: Machine, found: FoundState): RepairStep[] {
  return storeFindings(machine, found)
    .filter(({ code }) => code !== "killed-command" && code !== "database-corrupt")
    .map(({ code, message }) => ({ code, message: `${message}: it is made anew` }));
}

/** Litter that goes, besides what a repair of rows takes with it anyway. */
function removable(machine: Machine, state: StoreState): Litter[] {
  return findLitter(machine, state).filter(({ kind }) => kind !== "link" && kind !== "chain");
}

async function planSteps(
  machine: Machine,
  { rebuildStore = false }: RepairOptions,
): Promise<RepairStep[]> {
  const found = readState(machine.layout);
  const { state } = found;
  const { repairs } = survey(machine, state);
  const undone = new Set(repairs.flatMap((repair) => "id" in repair ? [repair.id] : []));
  const litter = removable(machine, state).filter((one) => !("id" in one && undone.has(one.id)));
  const aside = rebuildStore ? await setAside(machine, { isDryRun: true }) : null;
  return [
    ...(aside === null ? [] : [aside]),
    ...stepsOfStore(machine, found),
    ...repairs.map(describeRepair),
    ...(rebuildStore ? stepsOfRows(recoverable(machine, state).change) : []),
    ...findEdits(machine, state).map((edit) => ({
      code: "foreign-edit",
      message: `${describeEdit(edit)}: it gets its program back`,
    })),
    ...litter.map(stepOfLitter),
  ];
}

async function recover(
  machine: Machine,
  store: Store,
  copy: StoreState,
): Promise<{ readonly steps: RepairStep[]; readonly links: LinkId[] }> {
  const { change } = recoverable(machine, store.state, copy);
  await store.commit(change);
  return { steps: stepsOfRows(change), links: (change.putLinks ?? []).map(({ id }) => id) };
}

function mendEdits(machine: Machine, state: StoreState): RepairStep[] {
  return findEdits(machine, state).map((edit) => {
    mendEdit(machine, edit);
    const message = `${subjectOfEdit(edit)} runs its own program again`;
    return { code: "foreign-edit", message };
  });
}

/** Programs that there are now and were not before. */
function gained(before: StoreState, after: StoreState): ProgramId[] {
  return [...after.programs.keys()].filter((id) => !before.programs.has(id));
}

/**
 * Mends what can be mended.
 *
 * @param session Access to the state.
 * @param options What is wanted.
 * @throws {BpfmanError} When the store cannot be used, or the kernel refuses.
 */
export async function repairState(
  session: Session,
  options: RepairOptions,
): Promise<RepairReport> {
  const { machine } = session;
  const nothing = { recoveredPrograms: [], recoveredLinks: [] };
  if (!machine.kernel.files.exists(machine.layout.root)) {
    return { isDryRun: options.dryRun === true, steps: [], ...nothing, left: [] };
  }
  if (options.dryRun === true) {
    const { findings } = readStatus(machine);
    return { isDryRun: true, steps: await planSteps(machine, options), ...nothing, left: findings };
  }
  const first: RepairStep[] = [];
  let [known, copy] = [EMPTY_STATE, EMPTY_STATE];
  const prepare = async () => {
    // the copy is written anew as soon as the database is opened
    copy = copiedRows(machine);
    const found = readState(machine.layout);
    known = found.state;
    first.push(...stepsOfStore(machine, found));
    const aside = options.rebuildStore === true
      ? await setAside(machine, { isDryRun: false })
      : null;
    if (aside !== null) first.push(aside);
  };
  return await session.change(
    async (store) => {
      const mended = session.takeNotices();
      const rows = options.rebuildStore === true
        ? await recover(machine, store, copy)
        : { steps: [], links: [] };
      const edits = mendEdits(machine, store.state);
      const litter = removable(machine, store.state).filter((one) => removeLitter(machine, one));
      return {
        isDryRun: false,
        steps: [...first, ...mended, ...rows.steps, ...edits, ...litter.map(stepOfLitter)],
        recoveredPrograms: gained(known, store.state),
        recoveredLinks: rows.links,
        left: stateFindings(machine, store.state).map((one) => withPlace(machine, one)),
      };
    },
    { first: prepare },
  );
}
