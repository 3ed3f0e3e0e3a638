/**
 * `disasm`.
 *
 * @module
 */
import {
  disassemble,
  type DisassembledFunction,
  disassemblyText,
} from "../../bytecode-tools/insn/disasm.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { OBJECT_FILE, PROGRAM_NAME } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { readObject } from "../object.ts";
import { didYouMean } from "../nearest.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";
import type { DisassemblyJson } from "../schema/bytecode.ts";

function pick(
  functions: readonly DisassembledFunction[],
  names: readonly string[],
  file: string,
): readonly DisassembledFunction[] {
  if (names.length === 0) return functions;
  const known = functions.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return functions.filter(({ name }) => names.includes(name));
  throw new BpfmanError(
    `Function "${unknown}" is not in "${file}"; available: [${known.join(" ")}]`,
    {
      code: "program-name-unknown",
      kind: ErrorKind.NOT_FOUND,
      hint: didYouMean(unknown, known) ?? "Name a function of the object",
    },
  );
}

function functionJson(
  { name, section, insns }: DisassembledFunction,
): DisassemblyJson["functions"][number] {
  return {
    name,
    section,
    instructions: insns.map(({ index, offset, text, note, core, source }) => ({
      index,
      offset,
      text,
      note: note ?? null,
      core: core ?? null,
      source: source ?? null,
    })),
  };
}

/** Shows the instructions of an object. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const { name, bytes } = await readObject(context, input, input.must(OBJECT_FILE));
  const object = withRefusals("Cannot disassemble", name, () => gateObject(bytes));
  const functions = pick(disassemble(object), input.all(PROGRAM_NAME), name);
  await printDocument(context, {
    data: () => ({ file: name, functions: functions.map(functionJson) }),
    text: () => disassemblyText(functions),
  });
}
