/**
 * Prints a list in one of its three forms.
 *
 * @module
 */
import { importLater } from "../commands/run_later.ts";
import type { CommandContext } from "../context.ts";
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
}

/** Prints a list. */
export async function printList(context: CommandContext, list: ListOutput): Promise<void> {
  const { terminal, format } = context;
  if (list.isQuiet) return terminal.out(list.ids.map((id) => `${id}\n`).join(""));
  if (format === "json") {
    const { toJsonText } = await importLater<typeof import("../output/format.ts")>(
      "../output/format.ts",
    );
    return terminal.out(toJsonText(await list.json()));
  }
  // Standard output stays empty, as scripts expect; a person learns that nothing went wrong.
  if (list.ids.length === 0) return terminal.err(`bpfman: note: no ${list.noun}\n`);
  terminal.out(list.text({ style: terminal.style, width: terminal.width }));
}
