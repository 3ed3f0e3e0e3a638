/**
 * ELF files: sections and symbols of 64-bit objects in either byte order, every field checked
 * against the size of the file before it is used. Fields by the System V ABI, chapter 4.
 *
 * @module
 */
import { NameReader } from "./names.ts";
import { BytecodeError, refuse } from "../errors.ts";

/** Machine number of BPF objects (EM_BPF). */
export const EM_BPF = 247;
/** Type of relocatable files (ET_REL). */
export const ET_REL = 1;

/** Section types that we look for. */
export const SectionType = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  NOBITS: 8,
  REL: 9,
  DYNSYM: 11,
} as const;
/** Symbol types (low four bits of st_info). */
export const SymbolType = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4 } as const;
/** Section flag: contains instructions. */
export const SHF_EXECINSTR = 4;
/** Section flag: the bytes are compressed. */
export const SHF_COMPRESSED = 0x800;
/** First of the section numbers that name no section. */
export const SHN_LORESERVE = 0xff00;

/** Bytes of the ELF header. */
export const ELF_HEADER_SIZE = 64;
/** Bytes of a section header. */
export const SECTION_HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const SYMBOL_SIZE = 24;
/** Section number that says "see section 0" (more than 65,279 sections). */
const SHN_XINDEX = 0xffff;

/** A section header with its name. */
export interface ElfSection {
  /** Place in the list. */
  readonly index: number;
  /** Name, empty when there is none. */
  readonly name: string;
  /** Number of the type. */
  readonly type: number;
  /** Flags, bit by bit. */
  readonly flags: number;
  /** Address in memory; 0 in objects. */
  readonly address: bigint;
  /** Place in the file; meaningless for NOBITS. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
  /** Number of the section that this one needs. */
  readonly link: number;
  /** For relocations: the section that they change. */
  readonly info: number;
  /** Alignment in bytes. */
  readonly alignment: bigint;
  /** Bytes of one entry, for tables. */
  readonly entrySize: number;
}

/** A symbol with its name. */
export interface ElfSymbol {
  /** Name, empty when there is none. */
  readonly name: string;
  /** Number of the type. */
  readonly type: number;
  /** True for functions that other files may call. */
  readonly isGlobal: boolean;
  /** Binding and type as one number (st_info). */
  readonly info: number;
  /** Section index; 0 when undefined, reserved numbers from 0xff00. */
  readonly section: number;
  /** Its value. */
  readonly value: bigint;
  /** Size in bytes. */
  readonly size: number;
}

/** A program header. */
export interface ElfSegment {
  /** Number of the type. */
  readonly type: number;
  /** Flags, bit by bit. */
  readonly flags: number;
  /** Bytes from the start of the section. */
  readonly offset: bigint;
  /** Address in memory. */
  readonly virtualAddress: bigint;
  /** Bytes in the file. */
  readonly fileSize: bigint;
}

/** A parsed ELF file. */
export interface ElfFile {
  /** The whole file. */
  readonly bytes: Uint8Array;
  /** A view of the whole file. */
  readonly view: DataView;
  /** Byte order. */
  readonly isLittleEndian: boolean;
  /** Number of the type. */
  readonly type: number;
  /** Machine number. */
  readonly machine: number;
  /** Section with the names of the sections. */
  readonly nameTable: number;
  /** Sections by number. */
  readonly sections: readonly ElfSection[];
  /** Program headers. */
  readonly segments: readonly ElfSegment[];
}

function toSafe(value: bigint, what: string, offset: number): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    refuse("elf-range", `Cannot read the ELF file: ${what} is too large`, { offset });
  }
  return Number(value);
}

function readHeader(bytes: Uint8Array): { view: DataView; isLittleEndian: boolean } {
  if (bytes.length === 0) throw new BytecodeError("empty", "The file is empty");
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  if (!isElf) throw new BytecodeError("not-elf", "The file is not an ELF file: its magic is wrong");
  if (bytes.length < ELF_HEADER_SIZE) {
    throw new BytecodeError("truncated", "The ELF file ends inside its header", bytes.length);
  }
  if (bytes[4] !== 2) {
    refuse("elf-class", "The ELF file is not a 64-bit one", { offset: 4 });
  }
  if (bytes[5] !== 1 && bytes[5] !== 2) {
    refuse("elf-byte-order", "The ELF file names no known byte order", { offset: 5 });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, isLittleEndian: bytes[5] === 1 };
}

type RawSection = Omit<ElfSection, "name"> & { readonly nameIndex: number; readonly at: number };

function readRawSection(
  file: Omit<ElfFile, keyof Sections>,
  index: number,
  at: number,
): RawSection {
  const { view, isLittleEndian: le } = file;
  const type = view.getUint32(at + 4, le);
  const section = {
    index,
    at,
    nameIndex: view.getUint32(at, le),
    type,
    flags: Number(view.getBigUint64(at + 8, le) & 0xffffffffn),
    address: view.getBigUint64(at + 16, le),
    offset: toSafe(view.getBigUint64(at + 24, le), "a section offset", at + 24),
    size: toSafe(view.getBigUint64(at + 32, le), "a section size", at + 32),
    link: view.getUint32(at + 40, le),
    info: view.getUint32(at + 44, le),
    alignment: view.getBigUint64(at + 48, le),
    entrySize: toSafe(view.getBigUint64(at + 56, le), "an entry size", at + 56),
  };
  const isInFile = type !== SectionType.NOBITS && type !== 0;
  if (isInFile && section.offset + section.size > file.bytes.length) {
    const message = `The ELF file is cut off: section ${index} ends at ` +
      `${section.offset + section.size}, the file at ${file.bytes.length}`;
    throw new BytecodeError("truncated", message, at);
  }
  return section;
}

/** Count and name table of the sections; both move to section 0 when they do not fit the header. */
function sectionCounts(
  file: Omit<ElfFile, keyof Sections>,
  start: number,
): { count: number; names: number } {
  const { view, isLittleEndian: le, bytes } = file;
  let count = view.getUint16(60, le);
  let names = view.getUint16(62, le);
  if (count !== 0 && names !== SHN_XINDEX) return { count, names };
  if (start + SECTION_HEADER_SIZE > bytes.length) {
    throw new BytecodeError("truncated", "The ELF file is cut off: its section table is", 40);
  }
  if (count === 0) count = toSafe(view.getBigUint64(start + 32, le), "the section count", start);
  if (names === SHN_XINDEX) names = view.getUint32(start + 40, le);
  return { count, names };
}

type Sections = Pick<ElfFile, "sections" | "nameTable">;

function readSections(file: Omit<ElfFile, keyof Sections>): Sections {
  const { view, isLittleEndian: le, bytes } = file;
  const start = toSafe(view.getBigUint64(40, le), "the section table", 40);
  if (start === 0) return { sections: [], nameTable: 0 };
  if (view.getUint16(58, le) !== SECTION_HEADER_SIZE) {
    refuse("elf-header-size", "The ELF file has section headers of a wrong size", { offset: 58 });
  }
  const { count, names } = sectionCounts(file, start);
  if (start + count * SECTION_HEADER_SIZE > bytes.length) {
    throw new BytecodeError("truncated", "The ELF file is cut off: its section table is", 40);
  }
  const raw = Array.from(
    { length: count },
    (_, index) => readRawSection(file, index, start + index * SECTION_HEADER_SIZE),
  );
  const nameTable = raw[names];
  const reader = new NameReader(bytes, nameTable);
  const sections = raw.map(({ nameIndex, at, ...section }) => ({
    ...section,
    name: section.type === SectionType.NULL ? "" : reader.at(nameIndex, at),
  }));
  return { sections, nameTable: names };
}

function readSegments(file: Omit<ElfFile, keyof Sections | "segments">): ElfSegment[] {
  const { view, isLittleEndian: le, bytes } = file;
  const start = toSafe(view.getBigUint64(32, le), "the program header table", 32);
  const count = view.getUint16(56, le);
  if (start === 0 || count === 0) return [];
  if (start + count * PROGRAM_HEADER_SIZE > bytes.length) {
    throw new BytecodeError("truncated", "The ELF file is cut off: its program headers are", 32);
  }
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * PROGRAM_HEADER_SIZE;
    return {
      type: view.getUint32(at, le),
      flags: view.getUint32(at + 4, le),
      offset: view.getBigUint64(at + 8, le),
      virtualAddress: view.getBigUint64(at + 16, le),
      fileSize: view.getBigUint64(at + 32, le),
    };
  });
}

/**
 * Reads an ELF file's header and tables.
 *
 * @param bytes The whole file.
 * @throws {BytecodeError} When it is none, cut off, or inconsistent.
 */
export function readElf(bytes: Uint8Array): ElfFile {
  const { view, isLittleEndian } = readHeader(bytes);
  const head = {
    bytes,
    view,
    isLittleEndian,
    type: view.getUint16(16, isLittleEndian),
    machine: view.getUint16(18, isLittleEndian),
  };
  const file = { ...head, segments: readSegments(head) };
  return { ...file, ...readSections(file) };
}

/**
 * Symbols of a table of the given type.
 *
 * @param file A parsed file.
 * @param type `SectionType.SYMTAB` or `SectionType.DYNSYM`.
 * @returns Symbols in order; empty when there is no such table.
 * @throws {BytecodeError} When the table is inconsistent.
 */
export function* readSymbols(file: ElfFile, type: number): Generator<ElfSymbol> {
  const table = file.sections.find((section) => section.type === type);
  if (table === undefined) return;
  if (table.entrySize !== SYMBOL_SIZE || table.size % SYMBOL_SIZE !== 0) {
    refuse("elf-symbols", "The symbol table has a wrong size", table);
  }
  const names = new NameReader(file.bytes, file.sections[table.link]);
  const { view, isLittleEndian: le } = file;
  for (let at = table.offset; at < table.offset + table.size; at += SYMBOL_SIZE) {
    const info = view.getUint8(at + 4);
    yield {
      name: names.at(view.getUint32(at, le), at),
      type: info & 15,
      isGlobal: info >> 4 !== 0,
      info,
      section: view.getUint16(at + 6, le),
      value: view.getBigUint64(at + 8, le),
      size: toSafe(view.getBigUint64(at + 16, le), "a symbol's size", at + 16),
    };
  }
}
