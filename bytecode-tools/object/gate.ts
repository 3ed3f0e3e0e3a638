/**
 * The whole strict gate: what every object passes before a loader, a WebAssembly module or an
 * image sees it.
 *
 * @module
 */
import { type Btf, readBtf } from "../btf/btf.ts";
import { checkBtf } from "../btf/check.ts";
import { type BtfExt, readBtfExt } from "../btf/ext.ts";
import { checkBtfExt } from "../btf/ext_check.ts";
import { type BpfElf, gateElf, sectionBytes, sectionNamed } from "../elf/gate.ts";
import { BytecodeError, refuse } from "../errors.ts";
import { checkCode, readCode, type SectionCode } from "../insn/check.ts";

/** An object that has passed the gate. */
export interface GatedObject extends BpfElf {
  /** The types; undefined without a `.BTF` section. */
  readonly btf: Btf | undefined;
  /** Lines, functions and CO-RE records; undefined without a `.BTF.ext` section. */
  readonly ext: BtfExt | undefined;
  /** Code of every section that has some. */
  readonly code: readonly SectionCode[];
}

/** What the gate found: the object as far as it could be read, and every refusal. */
export interface GateResult {
  /** Missing when the ELF structure itself was refused. */
  readonly object: GatedObject | undefined;
  /** Errors in the order of the steps. */
  readonly refusals: readonly BytecodeError[];
}

/** Runs a step of the gate; a refusal is kept, anything else is a fault of ours. */
function attempt<Result>(refusals: BytecodeError[], step: () => Result): Result | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof BytecodeError)) throw error;
    refusals.push(error);
    return undefined;
  }
}

function gateBtf(elf: BpfElf): Btf | undefined {
  const section = sectionNamed(elf.file, ".BTF");
  if (section === undefined) return undefined;
  const btf = readBtf(sectionBytes(elf.file, section), { fileOffset: section.offset });
  if (btf.isLittleEndian !== elf.file.isLittleEndian) {
    refuse("btf-byte-order", "The BTF has another byte order than the object", section);
  }
  checkBtf(btf);
  return btf;
}

function gateBtfExt(elf: BpfElf, btf: Btf | undefined): BtfExt | undefined {
  const section = sectionNamed(elf.file, ".BTF.ext");
  if (section === undefined) return undefined;
  if (btf === undefined) {
    refuse("btf-ext", "The object has .BTF.ext, but no .BTF that it refers to", section);
  }
  const ext = readBtfExt(sectionBytes(elf.file, section), btf, section.offset);
  checkBtfExt(ext, btf, elf.file);
  return ext;
}

/**
 * Passes an object through every step of the gate and keeps all refusals.
 *
 * @param bytes The whole file.
 * @returns The object and the refusals; no refusal means that it has passed.
 */
export function runGate(bytes: Uint8Array): GateResult {
  const refusals: BytecodeError[] = [];
  const elf = attempt(refusals, () => gateElf(bytes));
  if (elf === undefined) return { object: undefined, refusals };
  const before = refusals.length;
  const btf = attempt(refusals, () => gateBtf(elf));
  // without its BTF, BTF.ext cannot be judged
  const hasBtfFault = refusals.length > before;
  const ext = hasBtfFault ? undefined : attempt(refusals, () => gateBtfExt(elf, btf));
  const code = readCode(elf);
  refusals.push(...checkCode(elf, code));
  return { object: { ...elf, btf, ext, code }, refusals };
}

/**
 * Passes an object through the gate.
 *
 * @param bytes The whole file.
 * @returns The object, read and sound.
 * @throws {BytecodeError} With the first broken rule and its place.
 */
export function gateObject(bytes: Uint8Array): GatedObject {
  const { object, refusals: [first] } = runGate(bytes);
  if (first !== undefined) throw first;
  if (object === undefined) throw new BytecodeError("malformed", "The object has no structure");
  return object;
}
