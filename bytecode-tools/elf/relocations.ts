/**
 * Relocations of BPF objects: which bytes of which section stand for which symbol. Types by
 * LLVM's BPF documentation ("BPF ELF Relocations").
 *
 * @module
 */
import {
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  SectionType,
  SHF_EXECINSTR,
} from "./elf.ts";
import { refuse } from "../errors.ts";

/** Relocation types of BPF. */
const RelocationType = {
  NONE: 0,
  /** A 64-bit load of an address (two instruction slots). */
  R_64_64: 1,
  ABS64: 2,
  ABS32: 3,
  /** As ABS32, for offsets in `.BTF` and `.BTF.ext`. */
  NODYLD32: 4,
  /** A call. */
  R_64_32: 10,
} as const;

/** One relocation. */
export interface Relocation {
  /** Bytes from the start of the section that is changed. */
  readonly offset: number;
  /** Number of the type. */
  readonly type: number;
  /** Number in the symbol table. */
  readonly symbol: number;
}

const ENTRY_SIZE = 16;

/** Bytes that a relocation changes; old compilers used the code types for data, too. */
function widthOf(type: number, isCode: boolean): number | undefined {
  switch (type) {
    case RelocationType.NONE:
      return 0;
    case RelocationType.R_64_64:
      return isCode ? 16 : 8;
    case RelocationType.R_64_32:
      return isCode ? 8 : 4;
    case RelocationType.ABS64:
      return 8;
    case RelocationType.ABS32:
    case RelocationType.NODYLD32:
      return 4;
    default:
      return undefined;
  }
}

function checkTable(file: ElfFile, table: ElfSection): ElfSection {
  const place = { offset: table.offset, section: table.name };
  if (table.entrySize !== ENTRY_SIZE || table.size % ENTRY_SIZE !== 0) {
    const message = `Relocation table "${table.name}" has ${table.size} bytes in entries of ` +
      `${table.entrySize}: entries must have 16`;
    refuse("rel-size", message, place);
  }
  const target = file.sections[table.info];
  if (target === undefined || target.type === SectionType.NULL || target.type === table.type) {
    refuse("rel-target", `Relocation table "${table.name}" changes no section`, place);
  }
  if (file.sections[table.link]?.type !== SectionType.SYMTAB) {
    refuse("rel-symbols", `Relocation table "${table.name}" names no symbol table`, place);
  }
  if (target.type === SectionType.NOBITS && table.size > 0) {
    const message = `Relocation table "${table.name}" changes "${target.name}", which has no bytes`;
    refuse("rel-target", message, place);
  }
  return target;
}

function checkEntry(entry: Relocation, target: ElfSection, at: number): void {
  const isCode = (target.flags & SHF_EXECINSTR) !== 0;
  const place = { offset: at, section: target.name };
  const width = widthOf(entry.type, isCode);
  if (width === undefined) {
    const message = `The relocation at ${entry.offset} of "${target.name}" has the type ` +
      `${entry.type}: BPF has 1, 2, 3, 4 and 10`;
    refuse("rel-type", message, place);
  }
  if (entry.offset + width > target.size) {
    const message = `The relocation at ${entry.offset} leaves its section "${target.name}", ` +
      `which has ${target.size} bytes`;
    refuse("rel-offset", message, place);
  }
  const isInstruction = entry.type === RelocationType.R_64_64 ||
    entry.type === RelocationType.R_64_32;
  if (isCode && isInstruction && entry.offset % 8 !== 0) {
    const message =
      `The relocation at ${entry.offset} of "${target.name}" is inside an instruction`;
    refuse("rel-alignment", message, place);
  }
}

function readTable(file: ElfFile, table: ElfSection, symbolCount: number): Relocation[] {
  const target = checkTable(file, table);
  const { view, isLittleEndian: le } = file;
  const entries: Relocation[] = [];
  for (let at = table.offset; at < table.offset + table.size; at += ENTRY_SIZE) {
    const offset = Number(view.getBigUint64(at, le));
    // r_info is one 64-bit number: its halves swap places with the byte order
    const type = view.getUint32(at + (le ? 8 : 12), le);
    const symbol = view.getUint32(at + (le ? 12 : 8), le);
    checkEntry({ offset, type, symbol }, target, at);
    if (symbol >= symbolCount) {
      const message = `The relocation at ${offset} of "${target.name}" names symbol ${symbol}: ` +
        `there are ${symbolCount}`;
      refuse("rel-symbol", message, { offset: at, section: target.name });
    }
    entries.push({ offset, type, symbol });
  }
  return entries;
}

/**
 * Reads and checks all relocations.
 *
 * @param file A parsed file.
 * @param symbols Its symbols.
 * @returns Relocations by section number, in order of their offsets.
 * @throws {BytecodeError} At the first one that is wrong.
 */
export function readRelocations(
  file: ElfFile,
  symbols: readonly ElfSymbol[],
): Map<number, readonly Relocation[]> {
  const result = new Map<number, readonly Relocation[]>();
  for (const table of file.sections) {
    if (table.type === SectionType.RELA) {
      const message = `Relocation table "${table.name}" has addends: BPF objects have none`;
      refuse("rel-addends", message, { offset: table.offset, section: table.name });
    }
    if (table.type !== SectionType.REL) continue;
    const entries = readTable(file, table, symbols.length);
    const all = [...(result.get(table.info) ?? []), ...entries];
    result.set(table.info, all.sort((a, b) => a.offset - b.offset));
  }
  return result;
}
