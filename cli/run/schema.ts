/**
 * `schema`.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import { COMMANDS } from "../commands/mod.ts";
import { SCHEMA_NAME } from "../commands/schema.ts";
import type { CommandContext } from "../context.ts";
import { didYouMean } from "../nearest.ts";
import { toJsonText } from "../output/format.ts";
import { renderTable } from "../output/table.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { OUTPUTS } from "../schema/outputs.ts";
import { SCHEMA_NAMES, SUBJECTS, wholeSchema } from "../schema/schemas.ts";

/** The commands of a schema in their first spelling, those that attach as one. */
function commandsOf(name: string): string {
  const ids = OUTPUTS[name]?.commands ?? [];
  const words = COMMANDS.filter(({ id }) => ids.includes(id)).map(({ id, paths: [path] }) =>
    id.startsWith("attach-") ? "attach" : path
  );
  return words.length === 0 ? SUBJECTS[name] ?? "" : [...new Set(words)].join(", ");
}

function schemaOf(name: string): unknown {
  const schema = wholeSchema(name);
  if (schema !== undefined) return schema;
  throw usageError(
    `Unknown schema "${name}"`,
    didYouMean(name, SCHEMA_NAMES) ?? "bpfman schema lists them",
  );
}

/** Prints a schema, or lists them. */
export function run({ terminal }: CommandContext, input: ParsedInput): Promise<void> {
  return Promise.try(() => {
    const name = input.one(SCHEMA_NAME);
    if (name !== undefined) return terminal.out(toJsonText(schemaOf(name)));
    const { style, width } = terminal;
    const columns = [{ header: "NAME", isId: true }, { header: "OF", wraps: true }];
    const rows = SCHEMA_NAMES.map((one) => [one, commandsOf(one)]);
    terminal.out(renderTable(columns, rows, { style, width }));
  });
}
