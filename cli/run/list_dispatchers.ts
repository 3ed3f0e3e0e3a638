/**
 * `dispatcher list`.
 *
 * @module
 */
import type { DispatcherFilter } from "../../core/types.ts";
import { IFINDEX_FILTER, NSID_FILTER, TYPE_FILTER } from "../commands/dispatcher.ts";
import { importLater } from "../commands/run_later.ts";
import type { CommandContext } from "../context.ts";
import { dispatcherTable } from "../output/dispatcher_text.ts";
import { dispatcherName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { printList } from "./print_list.ts";

function readFilter(input: ParsedInput): DispatcherFilter {
  const type = input.one(TYPE_FILTER);
  const nsid = input.one(NSID_FILTER);
  const ifindex = input.one(IFINDEX_FILTER);
  return {
    ...(type === undefined ? {} : { type }),
    ...(nsid === undefined ? {} : { nsid }),
    ...(ifindex === undefined ? {} : { ifindex }),
  };
}

/** Lists hooks with chains. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const filter = readFilter(input);
  const manager = await context.manager();
  const views = await manager.listDispatchers(filter);
  await printList(context, {
    isQuiet: false,
    ids: views.map(({ key }) => key.ifindex),
    noun: "dispatchers",
    json: async () => {
      const { dispatcherRowJson } = await importLater<
        typeof import("../output/dispatcher_json.ts")
      >("../output/dispatcher_json.ts");
      return { dispatchers: views.map(dispatcherRowJson) };
    },
    text: (options) => dispatcherTable(views, options),
    names: () => views.map(({ key }) => dispatcherName(key)),
  });
}
