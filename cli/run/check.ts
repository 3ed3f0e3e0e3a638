/**
 * `check`: exit code 1 when a program is rejected.
 *
 * @module
 */
import { readObject } from "../../bytecode-tools/object/object.ts";
import {
  checkObject,
  type KernelVerdict,
  overallAnswer,
} from "../../bytecode-tools/verdict/verdict.ts";
import { verdictMarkdown, verdictText } from "../../bytecode-tools/verdict/report.ts";
import { BpfmanError, ErrorKind, usageError } from "../../core/errors.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { OBJECT_FILE } from "../commands/bytecode.ts";
import { CHECKED_PROGRAMS, STRICT } from "../commands/kernel.ts";
import { GLOBAL } from "../commands/load.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import { readObject as readNamedObject } from "../object.ts";
import { didYouMean } from "../nearest.ts";
import { printDocument } from "../output/document.ts";
import { verdictsJson } from "../output/verdicts_json.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { openProgress } from "../progress.ts";
import { readProfiles } from "../profiles.ts";
import { toRecord } from "./pairs.ts";

/** Values of globals as the verdict takes them; what was written means the same as in a load. */
async function readGlobals(input: ParsedInput, bytes: Uint8Array): Promise<Map<string, string>> {
  const values = toRecord("--global", input.all(GLOBAL));
  if (Object.keys(values).length === 0) return new Map();
  const { planGlobals } = await import("../../core/program/globals.ts");
  const { globals } = readObject(bytes);
  const read = Object.entries(planGlobals({ bytes, globals }, values).bytes);
  return new Map(read.map(([name, value]) => [name, `hex:${value.toHex()}`]));
}

function checkNames(name: string, wanted: readonly string[], verdicts: readonly KernelVerdict[]) {
  const known = verdicts.flatMap(({ programs }) => programs.map(({ program }) => program));
  const unknown = wanted.find((program) => !known.includes(program));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, known);
  throw new BpfmanError(`Program "${unknown}" is not in "${name}"`, {
    code: "program-name-unknown",
    kind: ErrorKind.NOT_FOUND,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Tells whether an object loads. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const programs = input.some(CHECKED_PROGRAMS);
  const profiles = await readProfiles(context, input);
  if (profiles.length === 0) {
    throw usageError(
      "No kernel to check against is named",
      "Give --kernel NAME, --facts FILE or --btf FILE, such as --btf /sys/kernel/btf/vmlinux",
    );
  }
  const { name, bytes } = await readNamedObject(context, input, input.must(OBJECT_FILE));
  const globals = await readGlobals(input, bytes);
  using line = openProgress(context.terminal);
  const options = {
    globals,
    ...(programs === undefined ? {} : { programs }),
    onKernel: (kernel: string, at: number) =>
      line.show(() => `checking against ${kernel} (${at + 1} of ${profiles.length})`),
  };
  const verdicts = withRefusals(
    "Cannot check",
    name,
    () => checkObject(bytes, profiles, options),
  );
  checkNames(name, programs ?? [], verdicts);
  await printDocument(context, {
    data: () => verdictsJson(name, verdicts),
    text: () => verdictText(verdicts),
    markdown: () => verdictMarkdown(verdicts),
  });
  const answer = overallAnswer(verdicts);
  const isFine = input.has(STRICT) ? answer === "loads" : answer !== "rejected";
  return isFine ? EXIT_DONE : EXIT_CODES.other;
}
