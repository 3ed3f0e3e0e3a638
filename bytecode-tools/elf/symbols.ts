/**
 * Where a function of an executable or a library is in its file.
 *
 * @module
 */
import { type ElfFile, readElf, readSymbols, SectionType, SymbolType } from "./elf.ts";
import { readGoFunctions } from "./go_functions.ts";

/** Program header type of loadable segments. */
const PT_LOAD = 1;

function fileOffset(file: ElfFile, address: bigint): bigint | null {
  const segment = file.segments.find(({ type, virtualAddress, fileSize }) =>
    type === PT_LOAD && address >= virtualAddress && address < virtualAddress + fileSize
  );
  return segment === undefined ? null : address - segment.virtualAddress + segment.offset;
}

/** Functions of an ELF file, from both symbol tables, or from the table of the Go runtime. */
export interface FunctionTable {
  /** Name to offset in the file, bytes. */
  readonly offsets: ReadonlyMap<string, bigint>;
  /** Name to length, bytes; 0 where the file does not tell. */
  readonly sizes: ReadonlyMap<string, bigint>;
}

/**
 * Lists the functions of an executable or a library; of a Go program also when it is stripped.
 *
 * @param bytes The whole file.
 * @throws {BytecodeError} When it is not a usable ELF file.
 */
export function readFunctions(bytes: Uint8Array): FunctionTable {
  const file = readElf(bytes);
  const offsets = new Map<string, bigint>();
  const sizes = new Map<string, bigint>();
  for (const type of [SectionType.DYNSYM, SectionType.SYMTAB]) {
    for (const symbol of readSymbols(file, type)) {
      if (symbol.type !== SymbolType.FUNC || symbol.section === 0 || symbol.value === 0n) continue;
      const offset = fileOffset(file, symbol.value);
      if (offset === null || offsets.has(symbol.name)) continue;
      offsets.set(symbol.name, offset);
      sizes.set(symbol.name, BigInt(symbol.size));
    }
  }
  if (file.sections.some((section) => section.type === SectionType.SYMTAB)) {
    return { offsets, sizes };
  }
  for (const { name, address, size } of readGoFunctions(file)) {
    const offset = fileOffset(file, address);
    if (offset === null || offsets.has(name)) continue;
    offsets.set(name, offset);
    sizes.set(name, size);
  }
  return { offsets, sizes };
}
