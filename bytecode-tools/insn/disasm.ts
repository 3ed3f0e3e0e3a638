/**
 * Disassembly of objects: functions, instructions, what relocations stand for, source lines.
 *
 * @module
 */
import type { Btf } from "../btf/btf.ts";
import { CORE_KINDS, type CoreRecord } from "../btf/ext.ts";
import { type ElfSymbol, SymbolType } from "../elf/elf.ts";
import type { GatedObject } from "../object/gate.ts";
import { helperName } from "./helpers.ts";
import { CallKind, type Code, field, Opcode, SLOT_SIZE, slotsAt } from "./insn.ts";
import type { CodeFunction, SectionCode } from "./check.ts";
import { instructionText, shownTarget, signedHex } from "./text.ts";
import { coreAccessText } from "./core_access.ts";
import { type SourceLine, SourceLines, sourcePlace } from "../btf/source_lines.ts";

/** An instruction of a disassembly. */
export interface DisassembledInsn {
  /** Slot in the function. */
  readonly index: number;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** In the language of LLVM's assembler. */
  readonly text: string;
  /** What the instruction refers to: a map, a variable, a helper, a function, a jump target. */
  readonly note: string | undefined;
  /** The field, type or constant that CO-RE adapts the instruction to. */
  readonly core: string | undefined;
  /** The source line that begins here. */
  readonly source: SourceLine | undefined;
}

/** A function of a disassembly. */
export interface DisassembledFunction {
  /** C function name. */
  readonly name: string;
  /** ELF section. */
  readonly section: string;
  /** The instructions in their order. */
  readonly insns: readonly DisassembledInsn[];
}

interface Context {
  readonly object: GatedObject;
  readonly part: SectionCode;
  readonly entry: CodeFunction;
  readonly lines: SourceLines;
  readonly core: ReadonlyMap<number, CoreRecord>;
}

function symbolText(context: Context, symbol: ElfSymbol, code: Code, at: number): string {
  const section = context.object.file.sections[symbol.section]?.name ?? "";
  if (symbol.type !== SymbolType.SECTION) return symbol.name || section;
  const isCall = code.opcode[at] === Opcode.CALL;
  const place = isCall ? (field(code.imm, at) + 1) * SLOT_SIZE : field(code.imm, at);
  return place === 0 ? section : `${section}+${signedHex(place)}`;
}

function noteAt(context: Context, at: number): string | undefined {
  const { part, entry, object } = context;
  const { code } = part;
  const relocation = part.relocations.get(at);
  if (relocation !== undefined) {
    const symbol = object.symbols[relocation.symbol];
    return symbol === undefined ? undefined : symbolText(context, symbol, code, at);
  }
  const target = shownTarget(code, at);
  if (target !== undefined) return `to ${target - entry.start}`;
  if (code.opcode[at] !== Opcode.CALL) return undefined;
  if (code.src[at] === CallKind.HELPER) return helperName(field(code.imm, at));
  if (code.src[at] !== CallKind.LOCAL) return undefined;
  const slot = at + 1 + field(code.imm, at);
  return part.functions.find(({ start }) => start === slot)?.name;
}

function coreText(btf: Btf | undefined, record: CoreRecord | undefined): string | undefined {
  if (btf === undefined || record === undefined) return undefined;
  return `${CORE_KINDS[record.kind]} ${coreAccessText(btf, record)}`;
}

function disassembleFunction(context: Context): DisassembledFunction {
  const { part, entry, lines, object } = context;
  const { code, section } = part;
  const insns: DisassembledInsn[] = [];
  for (let at = entry.start; at < entry.end; at += slotsAt(code, at)) {
    const offset = at * SLOT_SIZE;
    insns.push({
      index: at - entry.start,
      offset,
      text: instructionText(code, at),
      note: noteAt(context, at),
      core: coreText(object.btf, context.core.get(offset)),
      source: lines.beginningAt(section.name, offset),
    });
  }
  return { name: entry.name, section: section.name, insns };
}

/** Functions of a section without second names; the section itself where symbols name none. */
function functionsIn(part: SectionCode): readonly CodeFunction[] {
  let end = 0;
  const functions = part.functions.filter((entry) => {
    if (entry.start < end) return false;
    end = entry.end;
    return true;
  });
  if (functions.length > 0) return functions;
  return [{ name: part.section.name, isGlobal: true, start: 0, end: part.code.count }];
}

/**
 * Disassembles an object.
 *
 * @param object An object that has passed the gate.
 * @returns Its functions in the order of the file.
 */
export function disassemble(object: GatedObject): DisassembledFunction[] {
  const lines = new SourceLines(object.btf, object.ext);
  return object.code.flatMap((part) => {
    const records = (object.ext?.core ?? [])
      .filter(({ section }) => section === part.section.name)
      .flatMap((info) => info.records);
    const core = new Map(records.map((record) => [record.offset, record]));
    return functionsIn(part)
      .map((entry) => disassembleFunction({ object, part, entry, lines, core }));
  });
}

function insnLines(insn: DisassembledInsn): string[] {
  const { index, text, note, core, source } = insn;
  const lines: string[] = [];
  if (source !== undefined) lines.push(`; ${sourcePlace(source)}: ${source.text}`);
  const remarks = [note, core === undefined ? undefined : `CO-RE ${core}`]
    .filter((remark) => remark !== undefined)
    .join("; ");
  const line = `${String(index).padStart(6)}: ${text}`;
  lines.push(remarks === "" ? line : `${line.padEnd(44)} ; ${remarks}`);
  return lines;
}

/** A disassembly as text; source lines begin with a semicolon. */
export function disassemblyText(functions: readonly DisassembledFunction[]): string {
  return functions.map(({ name, section, insns }) =>
    [`${name}: ; in section "${section}"`, ...insns.flatMap(insnLines), ""].join("\n")
  ).join("\n");
}
