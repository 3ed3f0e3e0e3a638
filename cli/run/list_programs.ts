/**
 * `list programs`.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import { Layout } from "../../core/layout.ts";
import type { ProgramFilter, ProgramRecord } from "../../core/types.ts";
import { ALL, ATTACHED, TYPE_FILTER, UNATTACHED } from "../commands/program.ts";
import { importLater } from "../commands/run_later.ts";
import type { CommandContext } from "../context.ts";
import { QUIET } from "../options.ts";
import type { ProgramPaths } from "../output/program_json.ts";
import { programTable } from "../output/program_table.ts";
import { programName } from "../output/names.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readSharedFilter } from "./filters.ts";
import { printList } from "./print_list.ts";

function readFilter(input: ParsedInput): ProgramFilter {
  const isAttached = input.has(ATTACHED);
  const isUnattached = input.has(UNATTACHED);
  if (isAttached && isUnattached) {
    throw usageError("Cannot use --attached with --unattached: they exclude each other");
  }
  return {
    ...readSharedFilter(input, TYPE_FILTER),
    ...(input.has(ALL) ? { all: true } : {}),
    ...(isAttached || isUnattached ? { attached: isAttached } : {}),
  };
}

function pathsIn(runtimeDirectory: string): (record: ProgramRecord) => ProgramPaths {
  const layout = new Layout(runtimeDirectory);
  return ({ programId, mapOwnerId }) => ({
    programPin: layout.programPin(programId),
    mapDirectory: layout.mapDirectory(mapOwnerId ?? programId),
    bytecodePath: layout.bytecode(programId),
  });
}

/** Lists programs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { format } = context;
  // tables and names do not show it
  const hasMemory = format !== "text" && format !== "wide" && format !== "name";
  const filter = { ...readFilter(input), hasMemory };
  const manager = await context.manager();
  const rows = await manager.listPrograms(filter);
  const pathsOf = pathsIn(context.settings.runtimeDirectory);
  await printList(context, {
    isQuiet: input.has(QUIET),
    ids: rows.map((row) => row.programId),
    noun: "programs",
    json: async () => {
      const { programRowJson } = await importLater<typeof import("../output/program_json.ts")>(
        "../output/program_json.ts",
      );
      return { programs: rows.map((row) => programRowJson(row, pathsOf)) };
    },
    text: (options) => programTable(rows, options),
    names: () => rows.map((row) => programName(row.programId)),
  });
}
