/**
 * Objects without their debugging information (DWARF); BTF and everything that loaders read stay
 * as they are, byte for byte.
 *
 * @module
 */
import { ELF_HEADER_SIZE, type ElfFile, type ElfSection, SectionType, SymbolType } from "./elf.ts";
import { isInFile, sectionBytes } from "./gate.ts";
import { refuse } from "../errors.ts";
import { type GatedObject, gateObject } from "../object/gate.ts";

const HEADER = 64;
const SYMBOL = 24;
const RELOCATION = 16;
/** Section groups list section numbers; LLVM's address table lists symbol numbers. */
const GROUP = 17;
const LLVM_ADDRSIG = 0x6fff4c03;
const SHN_LORESERVE = 0xff00;

const encoder = new TextEncoder();

/** Names in the order of their first use. */
class NameTable {
  readonly #places = new Map<string, number>([["", 0]]);
  readonly #parts: Uint8Array[] = [Uint8Array.of(0)];
  #size = 1;

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#size;
    const bytes = encoder.encode(`${name}\0`);
    this.#places.set(name, place);
    this.#parts.push(bytes);
    this.#size += bytes.length;
    return place;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

function isDropped(file: ElfFile, section: ElfSection): boolean {
  if (section.type === LLVM_ADDRSIG || section.name.startsWith(".debug_")) return true;
  if (section.type !== SectionType.REL) return false;
  return file.sections[section.info]?.name.startsWith(".debug_") ?? false;
}

/** New numbers by old ones; -1 for what is dropped. */
interface Numbers {
  readonly sections: Int32Array;
  readonly symbols: Int32Array;
}

/** Gives the kept sections and symbols their new numbers. */
function renumber(object: GatedObject): Numbers {
  const { file, symbols } = object;
  const sections = new Int32Array(file.sections.length).fill(-1);
  let next = 0;
  for (const section of file.sections) {
    if (!isDropped(file, section)) sections[section.index] = next++;
  }
  const newSymbols = new Int32Array(symbols.length).fill(-1);
  next = 0;
  symbols.forEach((symbol, index) => {
    const isReserved = symbol.section >= SHN_LORESERVE;
    const isGone = !isReserved && (sections[symbol.section] ?? -1) < 0;
    // a source file's name is of use to debuggers only
    if (!isGone && symbol.type !== SymbolType.FILE) newSymbols[index] = next++;
  });
  return { sections, symbols: newSymbols };
}

/** The parts of the new file, as they are made. */
interface Draft {
  readonly object: GatedObject;
  readonly numbers: Numbers;
  readonly names: ReadonlyMap<number, NameTable>;
}

function nameTable(draft: Draft, index: number): NameTable {
  const table = draft.names.get(index);
  if (table !== undefined) return table;
  return refuse("strip-names", "Cannot strip the object: names have no table", { offset: 0 });
}

function newSymbols(draft: Draft, table: ElfSection): Uint8Array {
  const { object: { file, symbols }, numbers } = draft;
  const { isLittleEndian: le } = file;
  const old = sectionBytes(file, table);
  const kept = symbols.filter((_, index) => (numbers.symbols[index] ?? -1) >= 0);
  const bytes = new Uint8Array(kept.length * SYMBOL);
  const view = new DataView(bytes.buffer);
  const names = nameTable(draft, table.link);
  symbols.forEach((symbol, index) => {
    const number = numbers.symbols[index] ?? -1;
    if (number < 0) return;
    const at = number * SYMBOL;
    bytes.set(old.subarray(index * SYMBOL, (index + 1) * SYMBOL), at);
    view.setUint32(at, names.place(symbol.name), le);
    if (symbol.section < SHN_LORESERVE) {
      view.setUint16(at + 6, numbers.sections[symbol.section] ?? 0, le);
    }
  });
  return bytes;
}

function newRelocations({ object: { file }, numbers }: Draft, table: ElfSection): Uint8Array {
  const bytes = sectionBytes(file, table).slice();
  const view = new DataView(bytes.buffer);
  const symbolAt = file.isLittleEndian ? 12 : 8;
  for (let at = 0; at < bytes.length; at += RELOCATION) {
    const number = numbers.symbols[view.getUint32(at + symbolAt, file.isLittleEndian)] ?? -1;
    if (number < 0) {
      const message = `Cannot strip the object: "${table.name}" refers to a symbol of its DWARF`;
      refuse("strip-symbol", message, { offset: table.offset + at, section: table.name });
    }
    view.setUint32(at + symbolAt, number, file.isLittleEndian);
  }
  return bytes;
}

function newContent(draft: Draft, section: ElfSection): Uint8Array {
  const { object: { file } } = draft;
  switch (section.type) {
    case SectionType.SYMTAB:
      return newSymbols(draft, section);
    case SectionType.REL:
      return newRelocations(draft, section);
    case GROUP: {
      const message = `Cannot strip the object: section group "${section.name}" is not supported`;
      return refuse("strip-group", message, { offset: section.offset, section: section.name });
    }
    default:
      return sectionBytes(file, section);
  }
}

/** A section of the new file. */
interface NewSection {
  readonly old: ElfSection;
  readonly name: number;
  readonly offset: number;
  readonly content: Uint8Array;
}

/** Places the kept sections one after another, each at its alignment. */
function layOut(draft: Draft): { readonly sections: NewSection[]; readonly end: number } {
  const { object: { file }, numbers, names } = draft;
  const kept = file.sections.filter(({ index }) => (numbers.sections[index] ?? -1) >= 0);
  // names first: string tables are complete only when every name has been given out
  const sectionNames = nameTable(draft, file.nameTable);
  const named = kept.map((old) => ({ old, name: sectionNames.place(old.name) }));
  const contents = named.map((part) => ({ ...part, content: newContent(draft, part.old) }));
  let at = ELF_HEADER_SIZE;
  const sections = contents.map(({ old, name, content }) => {
    const bytes = names.get(old.index)?.bytes() ?? content;
    const alignment = Math.max(1, Number(old.alignment));
    at = Math.ceil(at / alignment) * alignment;
    const place = { old, name, offset: old.type === SectionType.NULL ? 0 : at, content: bytes };
    at += bytes.length;
    return place;
  });
  return { sections, end: Math.ceil(at / 8) * 8 };
}

function writeHeader(draft: Draft, view: DataView, at: number, section: NewSection): void {
  const { object: { file, symbols }, numbers } = draft;
  const { isLittleEndian: le } = file;
  const { old, content } = section;
  const isTable = old.type === SectionType.REL;
  const size = isInFile(old) ? content.length : old.size;
  view.setUint32(at, section.name, le);
  view.setUint32(at + 4, old.type, le);
  view.setBigUint64(at + 8, BigInt(old.flags), le);
  view.setBigUint64(at + 16, old.address, le);
  view.setBigUint64(at + 24, BigInt(section.offset), le);
  view.setBigUint64(at + 32, BigInt(size), le);
  view.setUint32(at + 40, Math.max(0, numbers.sections[old.link] ?? 0), le);
  let { info } = old;
  if (isTable) info = numbers.sections[old.info] ?? 0;
  if (old.type === SectionType.SYMTAB) {
    info = symbols.slice(0, old.info).filter((_, index) => (numbers.symbols[index] ?? -1) >= 0)
      .length;
  }
  view.setUint32(at + 44, info, le);
  view.setBigUint64(at + 48, old.alignment, le);
  view.setBigUint64(at + 56, BigInt(old.entrySize), le);
}

function assemble(draft: Draft): Uint8Array<ArrayBuffer> {
  const { object: { file }, numbers } = draft;
  const { sections, end } = layOut(draft);
  const bytes = new Uint8Array(end + sections.length * HEADER);
  const view = new DataView(bytes.buffer);
  bytes.set(file.bytes.subarray(0, ELF_HEADER_SIZE));
  view.setBigUint64(40, BigInt(end), file.isLittleEndian);
  view.setUint16(60, sections.length, file.isLittleEndian);
  view.setUint16(62, numbers.sections[file.nameTable] ?? 0, file.isLittleEndian);
  sections.forEach((section, index) => {
    bytes.set(section.content, section.offset);
    writeHeader(draft, view, end + index * HEADER, section);
  });
  return bytes;
}

/**
 * Strips an object of its DWARF.
 *
 * @param bytes The whole file.
 * @returns A new file that has passed the gate; equal bytes for equal input.
 * @throws {BytecodeError} When the object does not pass the gate or is of a form that is not known.
 */
export function stripObject(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const object = gateObject(bytes);
  const { file } = object;
  if (!file.sections.some((section) => isDropped(file, section))) return new Uint8Array(bytes);
  const tables = new Set([file.nameTable]);
  for (const section of file.sections) {
    if (section.type === SectionType.SYMTAB) tables.add(section.link);
  }
  const names = new Map([...tables].map((index) => [index, new NameTable()]));
  const stripped = assemble({ object, numbers: renumber(object), names });
  gateObject(stripped);
  return stripped;
}
