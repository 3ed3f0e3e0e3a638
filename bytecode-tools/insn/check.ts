/**
 * The strict pass over the code of an object: every instruction known, every jump and call to the
 * beginning of an instruction, within its function and section.
 *
 * @module
 */
import { type ElfSection, type ElfSymbol, SymbolType } from "../elf/elf.ts";
import { type BpfElf, isCode, sectionBytes } from "../elf/gate.ts";
import { BytecodeError, refuse } from "../errors.ts";
import {
  CallKind,
  type Code,
  decodeCode,
  field,
  isJump,
  isLoad64,
  jumpTarget,
  Opcode,
  SLOT_SIZE,
  slotsAt,
} from "./insn.ts";
import { instructionFault } from "./faults.ts";
import type { Relocation } from "../elf/relocations.ts";

/** Most instructions that the kernel takes for one program (BPF_COMPLEXITY_LIMIT_INSNS). */
const MAX_INSTRUCTIONS = 1_000_000;

/** A function of a section: from its symbol. */
export interface CodeFunction {
  /** Name, empty when there is none. */
  readonly name: string;
  /** True for functions that other files may call. */
  readonly isGlobal: boolean;
  /** Slots from the start of the section. */
  readonly start: number;
  /** The slot behind the last. */
  readonly end: number;
}

/** Code of one section, with its functions and relocations. */
export interface SectionCode {
  /** Name of the section. */
  readonly section: ElfSection;
  /** The decoded instructions. */
  readonly code: Code;
  /** Functions by section. */
  readonly functions: readonly CodeFunction[];
  /** Relocations by slot. */
  readonly relocations: ReadonlyMap<number, Relocation>;
}

/** Functions of a section in their order; labels without a size are none. */
function functionsOf(symbols: readonly ElfSymbol[], section: ElfSection): CodeFunction[] {
  return symbols
    .filter(({ type, section: index, size }) =>
      type === SymbolType.FUNC && index === section.index && size > 0
    )
    .map(({ name, isGlobal, value, size }) => ({
      name,
      isGlobal,
      start: Number(value) / SLOT_SIZE,
      end: (Number(value) + size) / SLOT_SIZE,
    }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

/**
 * Decodes the code of every section.
 *
 * @param object An object that has passed the ELF gate.
 */
export function readCode(object: BpfElf): SectionCode[] {
  const { file, symbols, relocations } = object;
  return file.sections.filter(isCode).map((section) => ({
    section,
    code: decodeCode(sectionBytes(file, section), file.isLittleEndian),
    functions: functionsOf(symbols, section),
    relocations: new Map(
      (relocations.get(section.index) ?? []).map((entry) => [entry.offset / SLOT_SIZE, entry]),
    ),
  }));
}

/** Marks the slots where an instruction begins. */
function beginnings(code: Code): Uint8Array {
  const marks = new Uint8Array(code.count + 1);
  for (let at = 0; at < code.count; at += slotsAt(code, at)) marks[at] = 1;
  return marks;
}

function wrong({ section }: SectionCode, index: number, rule: string, fault: string): never {
  const message = `Instruction ${index} of "${section.name}" ${fault}`;
  refuse(rule, message, { offset: section.offset + index * SLOT_SIZE, section: section.name });
}

function checkJump(part: SectionCode, at: number, within: CodeFunction, marks: Uint8Array): void {
  const target = jumpTarget(part.code, at);
  if (target < within.start || target >= within.end) {
    const bounds = `${within.start} to ${within.end - 1}`;
    wrong(part, at, "insn-jump", `jumps to ${target}, out of its function (${bounds})`);
  }
  if (marks[target] !== 1) {
    wrong(part, at, "insn-jump", `jumps to ${target}, the middle of a 64-bit load`);
  }
}

/** Where a call leads: through its relocation, else by its distance. */
function callTarget(part: SectionCode, at: number, symbols: readonly ElfSymbol[]): {
  readonly section: number;
  readonly slot: number;
} | undefined {
  const distance = field(part.code.imm, at) + 1;
  const relocation = part.relocations.get(at);
  if (relocation === undefined) return { section: part.section.index, slot: at + distance };
  const symbol = symbols[relocation.symbol];
  // undefined symbols are functions of the kernel
  if (symbol === undefined || symbol.section === 0) return undefined;
  const isSection = symbol.type === SymbolType.SECTION;
  const base = Number(symbol.value) / SLOT_SIZE;
  return { section: symbol.section, slot: isSection ? base + distance : base };
}

interface Checks {
  readonly object: BpfElf;
  readonly parts: ReadonlyMap<number, SectionCode>;
  readonly marks: ReadonlyMap<number, Uint8Array>;
}

function checkCall(part: SectionCode, at: number, checks: Checks): void {
  const { code } = part;
  if (code.opcode[at] !== Opcode.CALL || code.src[at] !== CallKind.LOCAL) return;
  if (!part.relocations.has(at) && part.section.name !== ".text") {
    // libbpf looks for such functions in .text, where the number means nothing
    wrong(part, at, "insn-call", "calls a function of the object without a relocation");
  }
  const target = callTarget(part, at, checks.object.symbols);
  if (target === undefined) return;
  const marks = checks.marks.get(target.section);
  if (marks === undefined) wrong(part, at, "insn-call", "calls into a section without code");
  const size = checks.parts.get(target.section)?.code.count ?? 0;
  if (target.slot < 0 || target.slot >= size || marks[target.slot] !== 1) {
    wrong(part, at, "insn-call", `calls slot ${target.slot}, where no instruction begins`);
  }
}

function checkRelocation(part: SectionCode, at: number): void {
  const { code } = part;
  const isCall = code.opcode[at] === Opcode.CALL &&
    (code.src[at] === CallKind.LOCAL || code.src[at] === CallKind.HELPER);
  if (isCall || isLoad64(code, at)) return;
  wrong(part, at, "rel-instruction", "is relocated, but neither a call nor a 64-bit load");
}

/** The function around a slot; the section where symbols tell none. */
function functionAround(part: SectionCode, at: number, from: number): number {
  const { functions } = part;
  let index = from;
  while (index + 1 < functions.length && (functions[index + 1]?.start ?? Infinity) <= at) index++;
  return index;
}

function checkPart(part: SectionCode, checks: Checks): void {
  const { code, section } = part;
  const marks = checks.marks.get(section.index) ?? new Uint8Array(0);
  const whole = { name: section.name, isGlobal: true, start: 0, end: code.count };
  let index = -1;
  for (let at = 0; at < code.count; at += slotsAt(code, at)) {
    const fault = instructionFault(code, at);
    if (fault !== undefined) wrong(part, at, "insn-encoding", fault);
    if (part.relocations.has(at)) checkRelocation(part, at);
    index = functionAround(part, at, index);
    const within = part.functions[index];
    const isInside = within !== undefined && at < within.end;
    if (isJump(field(code.opcode, at))) checkJump(part, at, isInside ? within : whole, marks);
    checkCall(part, at, checks);
  }
  for (const at of part.relocations.keys()) {
    if (marks[at] !== 1) wrong(part, at, "rel-instruction", "is relocated in its middle");
  }
  for (const { name, start, end } of part.functions) {
    const place = { offset: section.offset + start * SLOT_SIZE, section: section.name };
    if (marks[start] !== 1 || end < code.count && marks[end] !== 1) {
      refuse("insn-function", `Function "${name}" begins or ends inside an instruction`, place);
    }
    if (end - start > MAX_INSTRUCTIONS) {
      const message = `Function "${name}" has ${end - start} instructions: at most ` +
        `${MAX_INSTRUCTIONS} are taken`;
      refuse("insn-count", message, place);
    }
  }
}

/**
 * Checks the code of an object.
 *
 * @param object An object that has passed the ELF gate.
 * @returns One error per section that is wrong; empty when all code is sound.
 */
export function checkCode(object: BpfElf, parts: readonly SectionCode[]): BytecodeError[] {
  const checks = {
    object,
    parts: new Map(parts.map((part) => [part.section.index, part])),
    marks: new Map(parts.map((part) => [part.section.index, beginnings(part.code)])),
  };
  return parts.flatMap((part) => {
    try {
      checkPart(part, checks);
      return [];
    } catch (error) {
      if (error instanceof BytecodeError) return [error];
      throw error;
    }
  });
}
