/**
 * `restore`: applications become as they were applied.
 *
 * @module
 */
import { DRY_RUN } from "../commands/status.ts";
import type { CommandContext } from "../context.ts";
import { applyRequest } from "../declared/apply_request.ts";
import { printWish } from "../declared/print_wish.ts";
import { applyJson } from "../output/apply_json.ts";
import { applyText } from "../output/apply_text.ts";
import { toJsonText } from "../output/format.ts";
import type { ParsedInput } from "../parsed_input.ts";

export { prepareAll } from "./apply.ts";

/** Applies the current generations, those of one owner after the other. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const wish = await context.wish();
  const prepared = await context.preparedAll();
  printWish(context, wish, prepared);
  const manager = await context.manager();
  const reports = [];
  for (const [, members] of Map.groupBy(wish.applications, ({ owner }) => owner)) {
    // what is restored is the current generation, and no other that is gone back to
    const applications = members.map((wanted) => ({ ...wanted, former: null }));
    const part = { ...wish, applications };
    const request = await applyRequest(context, input, part, prepared);
    if (input.has(DRY_RUN)) {
      const path = "../declared/preview.ts";
      const { printPreview }: typeof import("../declared/preview.ts") = await import(path);
      await printPreview(context, request, prepared);
    } else reports.push(await manager.apply(request));
  }
  if (input.has(DRY_RUN)) return;
  const report = { applications: reports.flatMap(({ applications }) => applications) };
  const { terminal, format } = context;
  terminal.out(
    format === "json" ? toJsonText(applyJson(report)) : applyText(report, terminal.style),
  );
}
