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

/** Prints manifests in the present form; what was lost on the way is told as notes. */
export function run({ terminal }: CommandContext, input: ParsedInput): Promise<void> {
  return Promise.try(() => {
    const { documents, notes } = convertManifests(readManifestFiles(input.all(MANIFEST_FILES)));
    for (const note of notes) terminal.err(`bpfman: note: ${note}\n`);
    const isJson = input.one(MANIFEST_OUTPUT) === "json";
    const yaml = (): string => documents.map(toYamlText).join("---\n");
    terminal.out(isJson ? toJsonText(jsonOf(documents)) : yaml());
  });
}
