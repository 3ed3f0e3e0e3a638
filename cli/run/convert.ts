/**
 * `convert`: manifests of older versions in the present form.
 *
 * @module
 */
import { convertManifests } from "../../core/manifest/mod.ts";
import { toYamlText } from "../../core/yaml_text.ts";
import { MANIFEST_FILES, MANIFEST_OUTPUT } from "../commands/declared_options.ts";
import type { CommandContext } from "../context.ts";
import { readManifestFiles } from "../declared/manifest_files.ts";
import { toJsonText } from "../output/format.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** One manifest as itself, several as a list: what `apply` and clusters read. */
function jsonOf(documents: readonly unknown[]): unknown {
  return documents.length === 1
    ? documents[0]
    : { apiVersion: "v1", kind: "List", items: documents };
}

/** Prints manifests in the present form. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { documents, notes } = convertManifests(readManifestFiles(input.all(MANIFEST_FILES)));
  for (const note of notes) context.terminal.err(`bpfman: note: ${note}\n`);
  context.terminal.out(
    input.one(MANIFEST_OUTPUT) === "json"
      ? toJsonText(jsonOf(documents))
      : documents.map(toYamlText).join("---\n"),
  );
  return Promise.resolve();
}
