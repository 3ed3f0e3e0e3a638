/**
 * `image generate-build-args`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { openImages } from "../images.ts";
import { toJsonText } from "../output/format.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readBuildInputs } from "./image_build.ts";

/** Prints what a container engine is to be told. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  using images = await openImages(context, input);
  const inputs = await readBuildInputs(images, input);
  const { platforms, buildArgs, statement } = await images.buildArguments(inputs);
  const { programs, maps } = statement;
  const { out } = context.terminal;
  if (context.format === "json") {
    return out(toJsonText({ platforms, build_args: buildArgs, programs, maps }));
  }
  const values = {
    ...buildArgs,
    PROGRAMS: JSON.stringify(programs),
    MAPS: JSON.stringify(maps),
  };
  out(Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join(""));
}
