/**
 * The program that a replacement loads, as the row of the old version tells it.
 *
 * @module
 */
import { Layout } from "../../core/layout.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import type { ProgramRequest } from "../../core/types.ts";
import { NEW_NAME } from "../commands/replace.ts";
import type { GlobalSettings } from "../context.ts";
import { PROGRAM_ID } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** The program of the new version, as the old one's row tells it; none when there is no such row. */
export function replacedProgram(
  context: { readonly settings: GlobalSettings },
  input: ParsedInput,
): ProgramRequest[] {
  const { snapshot } = new Layout(context.settings.runtimeDirectory);
  const record = readSnapshot(snapshot).programs.get(input.must(PROGRAM_ID));
  if (record === undefined) return [];
  const { type, attachFunction } = record;
  return [{
    type,
    name: input.one(NEW_NAME) ?? record.name,
    ...(attachFunction === null ? {} : { attachFunction }),
  }];
}
