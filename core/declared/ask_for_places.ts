/**
 * Asks, before anything is changed, whether applications may be where they are wanted: for each
 * new place, each that changes, and each that a new version takes over.
 *
 * @module
 */
import type { StoreState } from "../store/state.ts";
import type { LinkId, LinkRecord } from "../types.ts";
import type { PlannedApplication } from "./plan_all.ts";
import type { ApplyPlace, ApplyRequest } from "./request.ts";

/** Places of one application. */
function placesOf(state: StoreState, { application, plan }: PlannedApplication): ApplyPlace[] {
  if (application === null) return [];
  const { desired, declared: { source } } = application;
  const rowOf = (id: LinkId) => state.links.get(id) ?? null;
  return desired.programs.flatMap(({ name, attachFunction = null }) => {
    const base = { application: plan.name, program: name, attachFunction, source };
    const step = plan.programs.find((one) => one.name === name && one.kind !== "unload");
    const taken: LinkRecord[] = step?.kind === "replace"
      ? [...state.links.values()].filter(({ programId }) => programId === step.from)
      : [];
    const named = plan.links.filter(({ program }) => program === name).flatMap((one) => {
      if (one.kind === "attach") return [{ ...base, target: one.link.target, link: null }];
      if (one.kind !== "update") return [];
      return [{ ...base, target: one.link.target, link: rowOf(one.linkId) }];
    });
    const goes = new Set(plan.links.flatMap((one) => one.kind === "detach" ? [one.linkId] : []));
    const kept = taken.filter(({ id }) => !goes.has(id))
      .filter(({ id }) => !named.some(({ link }) => link?.id === id));
    return [...named, ...kept.map((link) => ({ ...base, target: null, link }))];
  });
}

/**
 * Asks for every place.
 *
 * @param state The rows.
 * @param request Has who is asked.
 * @param planned The applications that change.
 * @throws {BpfmanError} What whoever is asked throws.
 */
export function askForPlaces(
  state: StoreState,
  { admit }: ApplyRequest,
  planned: readonly PlannedApplication[],
): void {
  if (admit === undefined) return;
  for (const one of planned) for (const place of placesOf(state, one)) admit(place);
}
