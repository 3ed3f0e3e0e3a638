/**
 * Prints what an apply would do.
 *
 * @module
 */
import type { ApplyEffects } from "../../core/declared/effect_types.ts";
import type { ApplyRequest } from "../../core/declared/request.ts";
import type { CommandContext } from "../context.ts";
import { toJsonText } from "../output/format.ts";
import { planJson } from "../output/plan_json.ts";
import { planText } from "../output/plan_text.ts";

/** True when an apply would change nothing. */
export function isNothing({ applications }: ApplyEffects): boolean {
  return applications.every(({ isUnchanged }) => isUnchanged);
}

/**
 * Finds out what an apply would do, and prints it.
 *
 * @returns What it would do.
 */
export async function printPreview(
  context: CommandContext,
  request: ApplyRequest,
): Promise<ApplyEffects> {
  const manager = await context.manager();
  const effects = await manager.previewApply(request);
  const { terminal, format } = context;
  terminal.out(
    format === "json" ? toJsonText(planJson(effects)) : planText(effects, terminal.style),
  );
  return effects;
}
