/**
 * The strict gate over ELF: what a BPF object must be before anything else looks at it. Stricter
 * than the ELF readers of loaders, which trust the compiler.
 *
 * @module
 */
import {
  ELF_HEADER_SIZE,
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  EM_BPF,
  ET_REL,
  readElf,
  readSymbols,
  SECTION_HEADER_SIZE,
  SectionType,
  SHF_COMPRESSED,
  SHF_EXECINSTR,
  SHN_LORESERVE,
  SymbolType,
} from "./elf.ts";
import { BytecodeError, type Place, refuse } from "../errors.ts";
import { readRelocations, type Relocation } from "./relocations.ts";

/** The largest object that is read, in bytes. */
export const MAX_OBJECT_SIZE = 16 * 1024 * 1024;
/** The most bytes that the zero-filled sections of an object may ask for together. */
const MAX_ZERO_SIZE = 64 * 1024 * 1024;
/** The longest name of a section or symbol. */
export const MAX_NAME_LENGTH = 4096;

/** Symbol in no section but with a value (SHN_ABS). */
const SHN_ABS = 0xfff1;
/** Names of sections that loaders take by name and expect once. */
const SINGLE_SECTIONS: ReadonlySet<string> = new Set([
  ".BTF",
  ".BTF.ext",
  ".maps",
  "license",
  "maps",
  "version",
]);

/** A BPF object whose tables have passed the gate. */
export interface BpfElf {
  /** Name of the file. */
  readonly file: ElfFile;
  /** All symbols, the empty first one too. */
  readonly symbols: readonly ElfSymbol[];
  /** Relocations by the section that they change. */
  readonly relocations: ReadonlyMap<number, readonly Relocation[]>;
}

/** True for sections of instructions. */
export function isCode(section: ElfSection): boolean {
  return section.type === SectionType.PROGBITS && (section.flags & SHF_EXECINSTR) !== 0 &&
    section.size > 0;
}

/** True for sections that occupy bytes of the file. */
export function isInFile(section: ElfSection): boolean {
  return section.type !== SectionType.NOBITS && section.type !== SectionType.NULL;
}

/** The bytes of a section of the file. */
export function sectionBytes(file: ElfFile, section: ElfSection): Uint8Array {
  if (!isInFile(section)) return new Uint8Array(0);
  return file.bytes.subarray(section.offset, section.offset + section.size);
}

/** The first section with a name. */
export function sectionNamed(file: ElfFile, name: string): ElfSection | undefined {
  return file.sections.find((section) => section.name === name);
}

/**
 * Refuses bytes that are not BPF, not relocatable or too large.
 *
 * @throws {BytecodeError} When they are.
 */
export function checkKind(file: ElfFile): void {
  if (file.machine !== EM_BPF) {
    const message = `The ELF file is not BPF bytecode: its machine is ${file.machine}, not 247`;
    throw new BytecodeError("not-bpf", message, 18);
  }
  if (file.type !== ET_REL) {
    const message = `The ELF file is not a relocatable object: its type is ${file.type}, not 1`;
    throw new BytecodeError("not-relocatable", message, 16);
  }
  checkSize(file.bytes);
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length <= MAX_OBJECT_SIZE) return;
  const message = `The object has ${bytes.length} bytes: at most ${MAX_OBJECT_SIZE} are read`;
  throw new BytecodeError("too-large", message);
}

function checkHeader({ bytes, view, isLittleEndian: le, sections }: ElfFile): void {
  if (bytes[6] !== 1) refuse("elf-version", `The ELF version is ${bytes[6]}, not 1`, { offset: 6 });
  const version = view.getUint32(20, le);
  if (version !== 1) refuse("elf-version", `The ELF version is ${version}, not 1`, { offset: 20 });
  const headerSize = view.getUint16(52, le);
  if (headerSize !== ELF_HEADER_SIZE) {
    refuse("elf-header-size", `The ELF header claims ${headerSize} bytes, not 64`, { offset: 52 });
  }
  if (view.getUint16(56, le) !== 0) {
    refuse("elf-segments", "A BPF object has no program headers: this one claims some", {
      offset: 56,
    });
  }
  if (sections.length < 2) {
    refuse("elf-sections", "The ELF file has no sections", { offset: 60 });
  }
  if (sections[0]?.type !== SectionType.NULL) {
    refuse("elf-sections", "Section 0 must be empty: it has a type", { offset: 60 });
  }
}

/** Where the header of a section is: its bytes may be anywhere, also outside of the file. */
function headerPlace({ view, isLittleEndian }: ElfFile, { index, name }: ElfSection): Place {
  const table = Number(view.getBigUint64(40, isLittleEndian));
  return { offset: table + index * SECTION_HEADER_SIZE, section: name };
}

function checkSection(file: ElfFile, section: ElfSection): void {
  const { index, name } = section;
  const place = headerPlace(file, section);
  if (name.length > MAX_NAME_LENGTH) {
    const message = `The name of section ${index} has ${name.length} characters: at most ` +
      `${MAX_NAME_LENGTH} are read`;
    refuse("elf-name", message, { offset: place.offset });
  }
  if (isInFile(section) && (section.flags & SHF_COMPRESSED) !== 0) {
    refuse("elf-compressed", `Section "${name}" is compressed: it must not be`, place);
  }
  const { alignment } = section;
  if ((alignment & (alignment - 1n)) !== 0n && alignment !== 0n) {
    refuse("elf-alignment", `Section "${name}" is aligned to ${alignment}: no power of two`, place);
  }
}

function checkSections(file: ElfFile): void {
  const seen = new Set<string>();
  let zeroes = 0;
  for (const section of file.sections) {
    if (section.type === SectionType.NULL) continue;
    checkSection(file, section);
    const place = headerPlace(file, section);
    if (section.type === SectionType.NOBITS) zeroes += section.size;
    if (zeroes > MAX_ZERO_SIZE) {
      const message = `Section "${section.name}" brings the zero-filled data to ${zeroes} bytes: ` +
        `at most ${MAX_ZERO_SIZE} are read`;
      refuse("elf-zeroes", message, place);
    }
    if (!SINGLE_SECTIONS.has(section.name)) continue;
    if (seen.has(section.name)) {
      refuse("elf-duplicate", `Section "${section.name}" is there twice`, place);
    }
    if (section.type === SectionType.NOBITS) {
      refuse("elf-no-bytes", `Section "${section.name}" has no bytes in the file`, place);
    }
    seen.add(section.name);
  }
}

function checkStringTable(file: ElfFile, section: ElfSection | undefined, what: string): void {
  if (section?.type !== SectionType.STRTAB) {
    refuse("elf-strings", `The ${what} has no string table`, { offset: section?.offset ?? 62 });
  }
  const bytes = sectionBytes(file, section);
  if (bytes.length === 0 || bytes[0] !== 0 || bytes[bytes.length - 1] !== 0) {
    const message = `The string table of the ${what} must begin and end with a zero byte`;
    refuse("elf-strings", message, { offset: section.offset, section: section.name });
  }
}

/** The one symbol table; every loader needs it. */
function symbolTable(file: ElfFile): ElfSection {
  const tables = file.sections.filter(({ type }) => type === SectionType.SYMTAB);
  const [table] = tables;
  if (table === undefined || tables.length > 1) {
    const message = `The object has ${tables.length} symbol tables: it must have one`;
    refuse("elf-symbols", message, { offset: tables[1]?.offset ?? 0 });
  }
  checkStringTable(file, file.sections[table.link], "symbol table");
  return table;
}

function checkSymbol(file: ElfFile, symbol: ElfSymbol, offset: number): void {
  const { name, section: index } = symbol;
  if (name.length > MAX_NAME_LENGTH) {
    const message = `A symbol's name has ${name.length} characters: at most ${MAX_NAME_LENGTH} ` +
      `are read`;
    refuse("elf-name", message, { offset });
  }
  if (index === 0) return;
  if (index >= SHN_LORESERVE) {
    if (index === SHN_ABS) return;
    refuse("elf-symbol-section", `Symbol "${name}" is in the reserved section ${index}`, {
      offset,
    });
  }
  const section = file.sections[index];
  if (section === undefined) {
    const message = `Symbol "${name}" is in section ${index}: there are ${file.sections.length}`;
    refuse("elf-symbol-section", message, { offset });
  }
  checkSymbolRange(symbol, section, offset);
}

function checkSymbolRange(symbol: ElfSymbol, section: ElfSection, offset: number): void {
  const { name, value, size, type } = symbol;
  const place = { offset, section: section.name };
  if (value + BigInt(size) > BigInt(section.size)) {
    const message = `Symbol "${name}" ends at ${value + BigInt(size)}, its section ` +
      `"${section.name}" at ${section.size}`;
    refuse("elf-symbol-range", message, place);
  }
  if (type !== SymbolType.FUNC) return;
  if (value % 8n !== 0n || size % 8 !== 0) {
    refuse("elf-function-alignment", `Function "${name}" does not consist of whole instructions`, {
      ...place,
    });
  }
  if (!isCode(section) && section.size > 0) {
    const message = `Function "${name}" is in section "${section.name}", which has no instructions`;
    refuse("elf-function-section", message, place);
  }
}

function checkSymbols(file: ElfFile): ElfSymbol[] {
  const table = symbolTable(file);
  const symbols = [...readSymbols(file, SectionType.SYMTAB)];
  if (symbols.length === 0) {
    refuse("elf-symbols", "The symbol table is empty", { offset: table.offset });
  }
  if (table.info > symbols.length) {
    const message = `The symbol table claims ${table.info} local symbols and has ` +
      `${symbols.length} altogether`;
    refuse("elf-symbols", message, { offset: table.offset });
  }
  symbols.forEach((symbol, index) => checkSymbol(file, symbol, table.offset + index * 24));
  return symbols;
}

/**
 * Passes a BPF object's ELF structure through the strict gate.
 *
 * @param bytes The whole file.
 * @returns The file with its symbols and relocations, all within bounds.
 * @throws {BytecodeError} At the first broken rule, with its name and place.
 */
export function gateElf(bytes: Uint8Array): BpfElf {
  checkSize(bytes);
  const file = readElf(bytes);
  checkKind(file);
  checkHeader(file);
  checkStringTable(file, file.sections[file.nameTable], "section table");
  checkSections(file);
  for (const section of file.sections.filter(isCode)) {
    if (section.size % 8 === 0) continue;
    const message = `Section "${section.name}" has ${section.size} bytes: no whole instructions`;
    refuse("insn-size", message, { offset: section.offset, section: section.name });
  }
  const symbols = checkSymbols(file);
  const relocations = readRelocations(file, symbols);
  return { file, symbols, relocations };
}
