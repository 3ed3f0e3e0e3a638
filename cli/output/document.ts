/**
 * Answers of commands, printed in the format that was asked for. Commands hand over what they have
 * to say in all its forms; which of them is made is decided here.
 *
 * @module
 */
import { importLater } from "../commands/run_later.ts";
import type { CommandContext } from "../context.ts";
import { PLAIN_STYLE } from "./style.ts";
import type { TableOptions } from "./table.ts";
import { readable } from "./text_width.ts";

/** One answer in its forms; each is made only when it is wanted. */
export interface Document {
  /** Plain data, for JSON, YAML and templates. */
  readonly data: () => unknown;
  /** For people; left out where they are told nothing. */
  readonly text?: (options: TableOptions) => string;
  /** For reports. @default the text */
  readonly markdown?: () => string;
  /** What it is about, each as `kind/id`. */
  readonly names?: () => readonly string[];
  /** What a person is told on standard error where the text is empty. */
  readonly emptyNote?: string;
  /** True when the command has printed an answer before. @default false */
  readonly isFurther?: boolean;
}

/** Where an answer goes, and how. */
export type Printer = Pick<CommandContext, "terminal" | "format">;

function printText({ terminal, format }: Printer, { text, emptyNote }: Document): void {
  const { style, width } = terminal;
  const isWide = format === "wide";
  const shown = text?.({ style, width: isWide ? null : width, isWide }) ?? "";
  // Standard output stays empty, as scripts expect; a person learns that nothing went wrong.
  if (shown === "" && emptyNote !== undefined) terminal.err(`bpfman: note: ${emptyNote}\n`);
  if (shown !== "") terminal.out(readable(shown, style !== PLAIN_STYLE));
}

/** Prints an answer. */
export async function printDocument(printer: Printer, document: Document): Promise<void> {
  const { terminal, format } = printer;
  if (format === "text" || format === "wide") return printText(printer, document);
  if (format === "name") {
    return terminal.out((document.names?.() ?? []).map((name) => `${name}\n`).join(""));
  }
  if (format === "markdown") {
    if (document.markdown !== undefined) return terminal.out(readable(document.markdown(), false));
    return printText(printer, document);
  }
  const { dataText } = await importLater<typeof import("./data_text.ts")>("../output/data_text.ts");
  terminal.out(await dataText(await document.data(), format, document.isFurther === true));
}
