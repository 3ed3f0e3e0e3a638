/**
 * Declared state as a manager offers it.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { Session } from "../session.ts";
import { applicationNames, readGenerations } from "./generations.ts";
import { planAll } from "./plan_all.ts";
import type { ApplyReport, ApplyRequest } from "./request.ts";
import type { ApplicationPlan, Generation } from "./types.ts";

/** Makes applications as they are wanted. */
export async function applyOn(
  machine: Machine,
  session: Session,
  request: ApplyRequest,
): Promise<ApplyReport> {
  // named by a value: only who applies needs all of it (see cli/main.ts)
  const path = "./apply.ts";
  const { applyApplications }: typeof import("./apply.ts") = await import(path);
  return await session.change((store) =>
    applyApplications(machine, store, request, (notices) => session.note(...notices))
  );
}

/** What an apply would do. */
export async function planOn(
  machine: Machine,
  session: Session,
  request: ApplyRequest,
): Promise<ApplicationPlan[]> {
  return await session.read(({ seen }) => planAll(machine, seen, request).map(({ plan }) => plan));
}

/** Generations of one application, or of all. */
export function historyIn(directory: string, name?: string): Generation[] {
  const names = name === undefined ? applicationNames(directory) : [name];
  return names.flatMap((one) => readGenerations(directory, one));
}
