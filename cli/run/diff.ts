/**
 * `diff`: exit code 1 when the objects differ.
 *
 * @module
 */
import { diffObjects, diffText, isSameObject } from "../../bytecode-tools/object/diff.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import type { KernelProfile } from "../../bytecode-tools/kernel/profile.ts";
import type { KernelVerdict } from "../../bytecode-tools/verdict/types.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { AFTER_FILE, BEFORE_FILE } from "../commands/kernel.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import type { InputFile } from "../input_file.ts";
import { readObject } from "../object.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readProfiles } from "../profiles.ts";

/** Verdicts on both objects; without kernels the module that makes them is not even loaded. */
async function verdictsOn(
  files: readonly InputFile[],
  profiles: readonly KernelProfile[],
): Promise<KernelVerdict[][]> {
  if (profiles.length === 0) return files.map(() => []);
  const { checkObject } = await import("../../bytecode-tools/verdict/verdict.ts");
  return files.map(({ name, bytes }) =>
    withRefusals("Cannot check", name, () => checkObject(bytes, profiles))
  );
}

/** Shows what differs. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const files: InputFile[] = [];
  // one after the other: two images may come from one store
  for (const spec of [BEFORE_FILE, AFTER_FILE]) {
    files.push(await readObject(context, input, input.must(spec)));
  }
  const objects = files.map(({ name, bytes }) =>
    withRefusals("Cannot compare", name, () => gateObject(bytes))
  );
  const [before = [], after = []] = await verdictsOn(files, await readProfiles(context, input));
  const [first, second] = objects;
  if (first === undefined || second === undefined) throw new TypeError("Two objects are wanted");
  const diff = diffObjects(first, second, { before, after });
  await printDocument(context, {
    data: () => ({ before: files[0]?.name, after: files[1]?.name, ...diff }),
    text: () => diffText(diff),
  });
  return isSameObject(diff) ? EXIT_DONE : EXIT_CODES.other;
}
