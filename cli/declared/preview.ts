/**
 * Prints what an apply would do.
 *
 * @module
 */
import type { ApplyEffects } from "../../core/declared/effect_types.ts";
import type { ApplyRequest } from "../../core/declared/request.ts";
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { planDocument } from "../output/planned.ts";

/** True when an apply would change nothing. */
export function isNothing({ applications }: ApplyEffects): boolean {
  return applications.every(({ isUnchanged }) => isUnchanged);
}

/**
 * Finds out what an apply would do, and prints it.
 *
 * @param context The world of the command.
 * @param request What is asked for.
 * @param isFurther True when the command has printed such an answer before.
 * @returns What it would do.
 */
export async function printPreview(
  context: CommandContext,
  request: ApplyRequest,
  isFurther = false,
): Promise<ApplyEffects> {
  const manager = await context.manager();
  const effects = await manager.previewApply(request);
  await printDocument(context, { ...planDocument(effects), isFurther });
  return effects;
}
