/**
 * `apply`, `rollback` and `delete -f`: applications become as manifests or generations want them.
 *
 * @module
 */
import type { PreparedApplication } from "../../core/admission/types.ts";
import { DRY_RUN } from "../commands/status.ts";
import type { CommandContext } from "../context.ts";
import { applyRequest } from "../declared/apply_request.ts";
import { printWish } from "../declared/print_wish.ts";
import { appliedDocument } from "../output/applied.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Reads the objects and decides about them. */
export async function prepareAll(
  context: CommandContext,
  input: ParsedInput,
): Promise<readonly PreparedApplication[]> {
  const path = "../prepare/applications.ts";
  const { prepareApplications }: typeof import("../prepare/applications.ts") = await import(path);
  return await prepareApplications(context, input);
}

/** Applies and prints what became of each application; with `--dry-run` what would become. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const wish = await context.wish();
  const prepared = await context.preparedAll();
  printWish(context, wish, prepared);
  const request = await applyRequest(context, input, { wish, prepared });
  const manager = await context.manager();
  if (input.has(DRY_RUN)) {
    const path = "../declared/preview.ts";
    const { printPreview }: typeof import("../declared/preview.ts") = await import(path);
    await printPreview(context, request);
    return;
  }
  const report = await manager.apply(request);
  await printDocument(context, appliedDocument(report));
}
