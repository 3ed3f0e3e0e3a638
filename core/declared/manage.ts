/**
 * Declared state as a manager offers it.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { Session } from "../session.ts";
import { applicationNames, readGenerations } from "./generations.ts";
import { planAll } from "./plan_all.ts";
import type { ApplyEffects } from "./effect_types.ts";
import type { GateSpec } from "./gate/types.ts";
import type { Store } from "../store/kv_store.ts";
import type { Notice } from "../types.ts";
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
  const { gate } = request;
  return await session.change((store) => {
    const watched = gate === undefined || request.watch !== undefined
      ? request
      : { ...request, watch: watchWith(machine, store, gate) };
    const tell = (notices: readonly Notice[]) => session.note(...notices);
    return applyApplications(machine, store, { request: watched, tell });
  });
}

/** Watches by a gate what an apply makes: new programs, and those of links that are new or changed. */
function watchWith(
  machine: Machine,
  store: Store,
  spec: GateSpec,
): NonNullable<ApplyRequest["watch"]> {
  return async ({ programs, links }) => {
    const path = "./gate/mod.ts";
    const gate: typeof import("./gate/mod.ts") = await import(path);
    const rows = [...programs, ...links.map((link) => store.state.programs.get(link.programId))];
    const watched = new Set(rows.filter((row) => row !== undefined));
    const subjects = [...watched].map(({ name, programId, declared }) => ({
      application: declared?.application ?? "",
      program: name,
      programId,
    }));
    using sampler = gate.openGateSampler(machine, { state: store.state, subjects, spec });
    const { passed, failure } = await gate.watchGate(sampler, spec, {
      ...gate.SYSTEM_CLOCK,
      ...(machine.onWait === undefined ? {} : { onWait: machine.onWait }),
    });
    return { isPassed: passed, reason: failure?.reason ?? "" };
  };
}

/** What an apply will do, found out without doing it. */
export async function previewOn(
  machine: Machine,
  session: Session,
  request: ApplyRequest,
): Promise<ApplyEffects> {
  const path = "./preview.ts";
  const { previewApply }: typeof import("./preview.ts") = await import(path);
  return await session.read(({ seen }) => previewApply(machine, seen, request));
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
