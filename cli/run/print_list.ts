/**
 * Prints a list in one of its three forms.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import type { TableOptions } from "../output/table.ts";

/** A list, ready to be shown. */
export interface ListOutput {
  /** Ids only. */
  readonly isQuiet: boolean;
  readonly ids: readonly number[];
  readonly noun: "programs" | "links" | "dispatchers";
  /** The whole list as a value; its modules are loaded only when it is wanted. */
  readonly json: () => Promise<unknown>;
  readonly text: (options: TableOptions) => string;
  readonly names: () => readonly string[];
}

/** Prints a list. */
export async function printList(context: CommandContext, list: ListOutput): Promise<void> {
  const { isQuiet, ids, noun, json, text, names } = list;
  if (isQuiet) return context.terminal.out(ids.map((id) => `${id}\n`).join(""));
  await printDocument(context, { data: json, text, names, emptyNote: `no ${noun}` });
}
