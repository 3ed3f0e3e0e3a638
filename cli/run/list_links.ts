/**
 * `list links`.
 *
 * @module
 */
import type { Manager } from "../../core/api.ts";
import type { DispatcherView, LinkFilter, LinkView } from "../../core/types.ts";
import { KIND_FILTER, PROGRAM_ID_FILTER } from "../commands/link.ts";
import { importLater } from "../commands/run_later.ts";
import type { CommandContext } from "../context.ts";
import { QUIET } from "../options.ts";
import { type ForeignLink, linkTable } from "../output/link_text.ts";
import { linkName } from "../output/names.ts";
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

/** Hooks of listed links that we share with others by libxdp. */
async function sharedHooks(
  manager: Manager,
  views: readonly LinkView[],
): Promise<DispatcherView[]> {
  if (!views.some(({ chain }) => chain?.engine === "libxdp")) return [];
  const dispatchers = await manager.listDispatchers({ type: "xdp" });
  const listed = new Set(views.map(({ record }) => record.id));
  return dispatchers.filter(({ members }) =>
    members.some(({ member }) => listed.has(member.linkId))
  );
}

/** Links with their positions among all programs of a shared hook, those of others included. */
function withPositions(views: readonly LinkView[], hooks: readonly DispatcherView[]): LinkView[] {
  const members = hooks.flatMap((hook) => hook.members);
  return views.map((view) => {
    const found = members.find(({ member }) => member.linkId === view.record.id);
    return found === undefined ? view : { ...view, position: found.position };
  });
}

function foreignLinks(hooks: readonly DispatcherView[]): ForeignLink[] {
  return hooks.flatMap(({ hook, chain, foreign }) =>
    foreign.map((member) => ({ interface: hook.interface, mode: chain.mode ?? "", member }))
  );
}

/** Lists links. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const filter = readFilter(input);
  const manager = await context.manager();
  const found = await manager.listLinks(filter);
  const hooks = input.has(QUIET) ? [] : await sharedHooks(manager, found);
  const views = withPositions(found, hooks);
  await printList(context, {
    isQuiet: input.has(QUIET),
    ids: views.map((view) => view.record.id),
    noun: "links",
    json: async () => {
      const { linkRecordJson } = await importLater<typeof import("../output/link_json.ts")>(
        "../output/link_json.ts",
      );
      const { foreignJson } = await importLater<typeof import("../output/dispatcher_json.ts")>(
        "../output/dispatcher_json.ts",
      );
      const foreign = hooks.flatMap((hook) => hook.foreign.map((one) => foreignJson(hook, one)));
      return { links: views.map(linkRecordJson), ...(foreign.length === 0 ? {} : { foreign }) };
    },
    text: (options) => linkTable(views, options, foreignLinks(hooks)),
    names: () => views.map(({ record }) => linkName(record.id)),
  });
}
