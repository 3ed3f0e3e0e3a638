/**
 * `image generate-build-args`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readBuildInputs } from "./image_build.ts";

/** Prints what a container engine is to be told. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const inputs = await readBuildInputs(images, input);
  const { platforms, buildArgs, statement } = await images.buildArguments(inputs);
  const { programs, maps } = statement;
  const values = {
    ...buildArgs,
    PROGRAMS: JSON.stringify(programs),
    MAPS: JSON.stringify(maps),
  };
  await printDocument(context, {
    data: () => ({ platforms, build_args: buildArgs, programs, maps }),
    text: () => Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join(""),
  });
}
