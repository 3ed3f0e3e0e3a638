/**
 * What came of an apply, from rows.
 *
 * @module
 */
import type { StoreState } from "../store/state.ts";
import type { PlannedApplication } from "./plan_all.ts";
import type { AppliedApplication, ApplyReport } from "./request.ts";

function appliedOf(state: StoreState, planned: PlannedApplication): AppliedApplication {
  const { plan, isChanged, application } = planned;
  const isOwn = ({ declared }: { readonly declared?: { readonly application: string } }) =>
    declared?.application === plan.name;
  const order = (application?.desired.programs ?? []).map(({ name }) => name);
  const programs = [...state.programs.values()].filter(isOwn)
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const links = [...state.links.values()].filter(isOwn);
  return { name: plan.name, generation: plan.generation, plan, isChanged, programs, links };
}

/** What came of an apply. */
export function reportOf(
  state: StoreState,
  planned: readonly PlannedApplication[],
): ApplyReport {
  return { applications: planned.map((one) => appliedOf(state, one)) };
}
