/**
 * Prints a list in one of its three forms.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import type { TableOptions } from "../output/table.ts";

/** A list, ready to be shown. */
export interface ListOutput {
  /** Ids only. */
  readonly isQuiet: boolean;
  readonly ids: readonly number[];
  readonly noun: "programs" | "links";
  readonly json: () => string;
  readonly text: (options: TableOptions) => string;
}

/** Prints a list. */
export function printList(context: CommandContext, list: ListOutput): void {
  const { terminal, format } = context;
  if (list.isQuiet) return terminal.out(list.ids.map((id) => `${id}\n`).join(""));
  if (format === "json") return terminal.out(list.json());
  // Standard output stays empty, as scripts expect; a person learns that nothing went wrong.
  if (list.ids.length === 0) return terminal.err(`bpfman: note: no ${list.noun}\n`);
  terminal.out(list.text({ style: terminal.style, width: terminal.width }));
}
