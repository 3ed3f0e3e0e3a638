/**
 * What an apply will do, found out without doing it.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { ObjectPlace } from "../types.ts";
import type { ApplyEffects } from "./effect_types.ts";
import { effectsOf } from "./effects.ts";
import { mapEffects } from "./map_effects.ts";
import { namespaceOf, planAll } from "./plan_all.ts";
import type { ApplyRequest } from "./request.ts";

function bytesOf(object: ObjectPlace | null | undefined): Uint8Array | null {
  if (object === null || object === undefined) return null;
  return (object.image ?? object).bytes ?? null;
}

/**
 * What the kernel will look like after an apply. Changes nothing.
 *
 * @param machine The machine, which is only looked at.
 * @param rows What is remembered.
 * @param request What is wanted.
 */
export function previewApply(
  machine: Machine,
  rows: StoreState,
  request: ApplyRequest,
): ApplyEffects {
  const applications = planAll(machine, rows, request).map(({ application, plan, last }) => ({
    plan,
    last,
    maps: mapEffects(machine, { plan, rows, bytes: bytesOf(application?.object) }),
    verdict: application?.verdict ?? null,
  }));
  return effectsOf({
    applications,
    rows,
    namespaceOf: namespaceOf(machine),
    isGated: request.gate !== undefined,
  });
}
