/**
 * `history`: the generations of applications.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { APPLICATION_NAME } from "../commands/declared_options.ts";
import type { CommandContext } from "../context.ts";
import { dataDirectory } from "../data_directory.ts";
import { printDocument } from "../output/document.ts";
import { historyJson, historyText } from "../output/history.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Prints generations: all of one application, or the last of each. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const name = input.one(APPLICATION_NAME);
  const manager = await context.manager();
  const all = await manager.history(dataDirectory(context, input), name);
  if (name !== undefined && all.length === 0) {
    throw new BpfmanError(`Application "${name}" does not exist`, {
      code: "application-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: 'See "bpfman history" for those that were applied',
    });
  }
  const last = Map.groupBy(all, ({ application }) => application.name);
  const shown = name === undefined
    ? [...last.values()].flatMap((generations) => generations.slice(-1))
    : all;
  await printDocument(context, {
    data: () => historyJson(shown),
    text: (options) => historyText(shown, options),
    names: () => shown.map(({ application, number }) => `generation/${application.name}/${number}`),
  });
}
