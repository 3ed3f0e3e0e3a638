/**
 * The files of docs/schema, made from the shapes of what commands print and read.
 *
 * @module
 */
import { COMMANDS } from "../../cli/commands/mod.ts";
import { OUTPUTS } from "../../cli/schema/outputs.ts";
import { publishedSchemas, SUBJECTS } from "../../cli/schema/schemas.ts";
import { fieldLines, promisedLines } from "./schema_fields.ts";

/** Where the schemas are published. */
export const SCHEMA_FOLDER = "docs/schema";

function wordsOf(ids: readonly string[]): string {
  const attaches = ids.filter((id) => id.startsWith("attach-"));
  const others = COMMANDS.filter(({ id }) => ids.includes(id) && !attaches.includes(id));
  const words = others.map(({ paths: [path] }) => `\`${path}\``);
  return [...(attaches.length === 0 ? [] : ["`attach PROGRAM-ID …`"]), ...words].join(", ");
}

/** The table of schemas for the page about them. */
export function schemaTable(): string {
  const rows = [...publishedSchemas()].map(([name, { $comment }]) => {
    const commands = OUTPUTS[name]?.commands ?? [];
    const what = commands.length === 0 ? SUBJECTS[name] ?? "" : wordsOf(commands);
    const version = String($comment).replace(/^version /, "");
    return `| [${name}](${name}.schema.json) | ${version} | ${what} |`;
  });
  return ["| Schema | Version | What follows it |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

/** Lines of docs/schema/fields.txt from those that are there. */
export function promises(now: string): string {
  const before = now.split("\n").filter((line) => line !== "");
  return `${promisedLines(before, fieldLines(publishedSchemas())).join("\n")}\n`;
}
