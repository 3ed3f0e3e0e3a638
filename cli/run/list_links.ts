/**
 * `list links`.
 *
 * @module
 */
import type { LinkFilter } from "../../core/types.ts";
import { KIND_FILTER, PROGRAM_ID_FILTER } from "../commands/link.ts";
import type { CommandContext } from "../context.ts";
import { QUIET } from "../options.ts";
import { linkTable } from "../output/link_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readSharedFilter } from "./filters.ts";
import { printList } from "./print_list.ts";

function readFilter(input: ParsedInput): LinkFilter {
  const kinds = input.some(KIND_FILTER);
  const programId = input.one(PROGRAM_ID_FILTER);
  return {
    ...readSharedFilter(input),
    ...(kinds === undefined ? {} : { kinds }),
    ...(programId === undefined ? {} : { programId }),
  };
}

/** Lists links. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const filter = readFilter(input);
  const manager = await context.manager();
  const views = await manager.listLinks(filter);
  await printList(context, {
    isQuiet: input.has(QUIET),
    ids: views.map((view) => view.record.id),
    noun: "links",
    json: async () => {
      const { linkRecordJson } = await import("../output/link_json.ts");
      return { links: views.map(linkRecordJson) };
    },
    text: (options) => linkTable(views, options),
  });
}
