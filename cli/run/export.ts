/**
 * `export`: applications as manifests.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { exportManifest } from "../../core/manifest/mod.ts";
import { APPLICATIONS } from "../commands/declared_options.ts";
import type { CommandContext } from "../context.ts";
import { dataDirectory } from "../data_directory.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Prints the current generation of applications. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const names = input.all(APPLICATIONS);
  const manager = await context.manager();
  const all = await manager.history(dataDirectory(context, input));
  const current = [...Map.groupBy(all, ({ application }) => application.name).values()]
    .flatMap((generations) => generations.slice(-1)).filter(({ isDeleted }) => !isDeleted)
    .map(({ application }) => application);
  const missing = names.find((name) => !current.some((one) => one.name === name));
  if (missing !== undefined) {
    throw new BpfmanError(`Application "${missing}" does not exist`, {
      code: "application-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: 'See "bpfman history" for those that were applied',
    });
  }
  const shown = current.filter(({ name }) => names.length === 0 || names.includes(name));
  context.terminal.out(shown.map(exportManifest).join("---\n"));
}
