/**
 * `btf dump`.
 *
 * @module
 */
import { type Btf, readBtf } from "../../bytecode-tools/btf/btf.ts";
import { btfBytesOf } from "../../bytecode-tools/btf/file.ts";
import { btfText, btfTypeText, cTypeText } from "../../bytecode-tools/btf/dump.ts";
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { withRefusals } from "../bytecode_errors.ts";
import { BASE_BTF, BTF_FILE, BTF_FORMAT, TYPE_NAME } from "../commands/bytecode.ts";
import type { CommandContext } from "../context.ts";
import { readable } from "../output/text_width.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readAnyFile } from "../special_file.ts";

/** BTF as it is in a file, with what it builds upon. */
interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly base: Uint8Array | undefined;
}

async function btfOf(name: string): Promise<Uint8Array> {
  const { bytes } = await readAnyFile(name);
  return withRefusals("Cannot find BTF in", name, () => btfBytesOf(bytes));
}

function read({ name, bytes, base }: Source): Btf {
  return withRefusals("Cannot read the BTF of", name, () => {
    if (base === undefined) return readBtf(bytes);
    return readBtf(bytes, { base: readBtf(base) });
  });
}

/** Numbers of the types that a word means. */
function idsOf(btf: Btf, word: string, name: string): number[] {
  const number = /^\d+$/.test(word) ? Number(word) : undefined;
  const ids = number === undefined
    ? [...btf.base?.findAll(word) ?? [], ...btf.findAll(word)]
    : number > 0 && number < btf.end
    ? [number]
    : [];
  if (ids.length > 0) return ids;
  throw new BpfmanError(`Type "${word}" is not in the BTF of "${name}"`, {
    code: "type-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: `It has ${btf.end - 1} types; write the name without struct, union or enum`,
  });
}

/** A C header of all types. */
async function header(source: Source): Promise<string> {
  const { Inspector } = await import("../../bytecode-tools/inspector/inspector.ts");
  return withRefusals("Cannot write a header for", source.name, () => {
    using inspector = Inspector.fresh();
    const base = source.base && inspector.openBtf(source.base);
    return inspector.dumpC(inspector.openBtf(source.bytes, base));
  });
}

/** The types with one name or number; in C with the places of their members. */
function named(source: Source, word: string, isC: boolean): string {
  const btf = read(source);
  const ids = idsOf(btf, word, source.name);
  return isC
    ? ids.map((id) => cTypeText(btf, id)).join("\n")
    : `${ids.map((id) => btfTypeText(btf, id)).join("\n")}\n`;
}

/** Shows types. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const name = input.must(BTF_FILE);
  const baseName = input.one(BASE_BTF);
  const base = baseName === undefined ? undefined : await btfOf(baseName);
  const source: Source = { name, bytes: await btfOf(name), base };
  const word = input.one(TYPE_NAME);
  const isC = input.one(BTF_FORMAT) === "c";
  const all = async () => isC ? await header(source) : btfText(read(source));
  const text = word === undefined ? await all() : named(source, word, isC);
  context.terminal.out(readable(text, false));
}
