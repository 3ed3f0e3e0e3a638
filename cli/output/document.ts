/**
 * Prints plain data in the format that was asked for.
 *
 * @module
 */
import type { ValueTypes } from "../command.ts";
import type { Terminal } from "../context.ts";
import { toJsonText } from "./format.ts";

/** One answer in its forms; each is made only when it is wanted. */
export interface Document {
  /** Plain data, for JSON and YAML. */
  readonly data: () => unknown;
  readonly text: () => string;
  readonly markdown?: () => string;
}

/** Prints an answer. */
export async function printDocument(
  terminal: Terminal,
  format: ValueTypes["reportFormat"],
  document: Document,
): Promise<void> {
  switch (format) {
    case "json":
      return terminal.out(toJsonText(document.data()));
    case "yaml": {
      const { toYamlText } = await import("../../core/yaml_text.ts");
      return terminal.out(toYamlText(document.data()));
    }
    case "markdown":
      return terminal.out((document.markdown ?? document.text)());
    case "text":
      return terminal.out(document.text());
  }
}
