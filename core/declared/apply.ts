/**
 * Applying: from the state as it is to the one that manifests want, for all of them or for none.
 *
 * Order, and what a kill leaves behind at each point (`recover.ts`):
 * 1. plans, objects and places are judged (nothing);
 * 2. the journal, phase `load`; generations are written beside their places, objects are kept,
 *    programs are loaded (undone);
 * 3. phase `switch`: new links join, kept ones change their programs, each chain by one swap
 *    (finished, or where the kernel refuses, undone); with a gate the phase is `gate` (undone);
 * 4. phase `clear`: generations get their names, old links and programs go (finished);
 * 5. the rows as they shall be, without the journal.
 *
 * @module
 */
import { afterColon, BpfmanError, ErrorKind } from "../errors.ts";
import { isLeftToNext } from "../left_to_next.ts";
import type { Machine } from "../machine.ts";
import type { Store } from "../store/kv_store.ts";
import type { Notice } from "../types.ts";
import { askForPlaces } from "./ask_for_places.ts";
import { describeInterruption, subjectOf } from "./describe.ts";
import { keepObject, stageGeneration } from "./generations.ts";
import { goalOf, rowsBefore } from "./goal.ts";
import { gone } from "./left_behind.ts";
import { loadNew, type NewProgram, noticesOf, planNew } from "./load_new.ts";
import { planAll, type PlannedApplication } from "./plan_all.ts";
import { settleApply } from "./recover.ts";
import { reportOf } from "./report.ts";
import type { ApplyReport, ApplyRequest } from "./request.ts";
import { changedLinks, enterPhase, finishApply, goForward, undoApply } from "./settle.ts";
import type { ApplyIntent } from "./types.ts";

/** An apply as it is asked for. */
export interface ApplyOrder {
  /** What is wanted. */
  readonly request: ApplyRequest;
  /** Told what the user should know. */
  readonly tell: (notices: readonly Notice[]) => void;
}

/** An apply on its way. */
interface Work {
  readonly machine: Machine;
  readonly store: Store;
  readonly request: ApplyRequest;
  readonly news: readonly NewProgram[];
  /** Applications that are not as they are wanted. */
  readonly changed: readonly PlannedApplication[];
}

function newIntent(
  { store, request }: Pick<Work, "store" | "request">,
  planned: readonly PlannedApplication[],
): ApplyIntent {
  const plans = planned.map(({ plan }) => plan);
  return {
    version: 1,
    id: crypto.randomUUID(),
    phase: "load",
    plans,
    loaded: {},
    before: rowsBefore(store.state, plans),
    after: null,
    directory: request.directory,
  };
}

async function planNews(
  { machine, store }: Pick<Work, "machine" | "store">,
  planned: readonly PlannedApplication[],
): Promise<NewProgram[]> {
  const news: NewProgram[] = [];
  for (const { application, plan } of planned) {
    if (application !== null) {
      news.push(...await planNew(machine, store.state, { application, plan }));
    }
  }
  return news;
}

/** Writes what will be kept, so that a full disk is found before anything is changed. */
function stage({ request, news, changed }: Work): void {
  for (const { plan, last } of changed) {
    if (plan.generation !== last) stageGeneration(request.directory, plan.generation);
  }
  for (const { load, request: { image } } of news) {
    if (image === undefined) keepObject(request.directory, load.digest, load.bytes);
  }
}

/** Loads, and finds out what links shall be. */
async function load(work: Work, intent: ApplyIntent): Promise<ApplyIntent> {
  const { machine, store, news, request } = work;
  const { plans, before } = intent;
  const loaded = await loadNew(machine, store, { applyId: intent.id, news });
  const { goal, nextLinkId } = goalOf(machine, { state: store.state, plans, before, loaded });
  const phase = request.watch === undefined ? "switch" : "gate";
  const next: ApplyIntent = { ...intent, phase, loaded, after: goal };
  await store.commit({ apply: next, nextLinkId });
  return next;
}

async function watch({ store, request }: Work, intent: ApplyIntent): Promise<void> {
  if (request.watch === undefined) return;
  const programs = Object.values(intent.loaded).map((id) => store.state.programs.get(id))
    .filter((row) => row !== undefined);
  const verdict = await request.watch({ programs, links: changedLinks(store, intent) });
  if (verdict.isPassed) return;
  throw new BpfmanError(`The gate was not passed: ${verdict.reason}`, {
    code: "gate-failed",
    kind: ErrorKind.POLICY,
    hint: "All is as it was before; the new version needs mending, or the gate another bound",
  });
}

/** An error with what was being done. */
function inApply(intent: ApplyIntent, error: unknown): unknown {
  if (!(error instanceof BpfmanError)) return error;
  const { code, kind, hint, log } = error;
  return new BpfmanError(`Cannot apply ${subjectOf(intent)}: ${afterColon(error.message)}`, {
    code,
    kind,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(log === undefined ? {} : { log }),
  });
}

/** Goes back after a failure, as far as the machine lets it. */
async function back({ machine, store }: Work): Promise<Notice[]> {
  const { apply: intent } = store.state;
  if (intent === undefined) return [];
  try {
    return await undoApply(machine, store, intent);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [describeInterruption(intent, `it is not undone yet: ${why}`)];
  }
}

/** Makes the new state; where that fails, the old one is back. */
async function advance(
  work: Work,
  first: ApplyIntent,
  tell: (notices: readonly Notice[]) => void,
): Promise<ApplyIntent> {
  const { machine, store } = work;
  await store.commit({ apply: first });
  try {
    stage(work);
    const intent = await load(work, first);
    await goForward(machine, store, intent);
    await watch(work, intent);
    return await enterPhase(store, intent, "clear");
  } catch (error) {
    // what is left to the next change is like the work of a killed process: it reads from
    // the kernel how far it came
    if (!isLeftToNext(error)) tell(await back(work));
    throw error;
  }
}

/** What was made by hand and goes, as its program does. */
function goneAlong({ before, after }: ApplyIntent): Notice[] {
  const goes = new Set(after === null ? [] : gone(before, after));
  return before.links.filter(({ id, declared }) => goes.has(id) && declared === undefined)
    .map(({ id, programId }) => ({
      code: "link-gone-along",
      message: `link ${id} was attached by hand, and went with program ${programId}`,
    }));
}

/**
 * Applies manifests.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param order What is wanted, and who is told of it.
 * @throws {BpfmanError} When something is refused; then all is as before.
 */
export async function applyApplications(
  machine: Machine,
  store: Store,
  { request, tell }: ApplyOrder,
): Promise<ApplyReport> {
  // what is still left of the apply before could not be settled: here its error is told
  tell(await settleApply(machine, store));
  const planned = planAll(machine, store.state, request);
  const changed = planned.filter(({ isChanged }) => isChanged);
  if (changed.length > 0) {
    const intent = newIntent({ store, request }, changed);
    try {
      askForPlaces(store.state, request, changed);
      const news = await planNews({ machine, store }, changed);
      const done = await advance({ machine, store, request, news, changed }, intent, tell);
      tell([...noticesOf(news), ...goneAlong(done)]);
      tell(await finishApply(machine, store, done));
    } catch (error) {
      throw inApply(intent, error);
    }
  }
  return reportOf(store.state, planned);
}
