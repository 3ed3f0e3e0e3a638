/**
 * `convert`: manifests of older versions in the present form.
 *
 * @module
 */
import { convertManifests } from "../../core/manifest/mod.ts";
import { toYamlText } from "../../core/yaml_text.ts";
import { MANIFEST_FILES } from "../commands/declared_options.ts";
import type { CommandContext } from "../context.ts";
import { readManifestFiles } from "../declared/manifest_files.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Prints manifests in the present form; what was lost on the way is told as notes. */
export function run({ terminal }: CommandContext, input: ParsedInput): Promise<void> {
  return Promise.try(() => {
    const { documents, notes } = convertManifests(readManifestFiles(input.all(MANIFEST_FILES)));
    for (const note of notes) terminal.err(`bpfman: note: ${note}\n`);
    terminal.out(documents.map((document) => toYamlText(document)).join("---\n"));
  });
}
