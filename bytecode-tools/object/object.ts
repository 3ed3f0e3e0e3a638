/**
 * What a BPF object offers: programs, global variables, licence.
 *
 * @module
 */
import { readElf, readSymbols, SectionType } from "../elf/elf.ts";
import {
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  SHF_EXECINSTR,
  SymbolType,
} from "../elf/elf.ts";
import { checkKind } from "../elf/gate.ts";
export { MAX_OBJECT_SIZE } from "../elf/gate.ts";
export { isGplCompatible } from "./licenses.ts";

/** A program of an object. */
export interface ObjectProgram {
  /** C function name. */
  readonly name: string;
  /** ELF section, such as `xdp` or `tracepoint/syscalls/sys_enter_openat`. */
  readonly section: string;
}

/** A global variable of an object. */
export interface ObjectGlobal {
  /** Name of the variable. */
  readonly name: string;
  /** `.rodata`, `.data`, `.bss` or one of their named kin. */
  readonly section: string;
  /** Offset in the section, bytes. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
}

/** A BPF object's table of contents. */
export interface BytecodeObject {
  /** Byte order. */
  readonly endianness: "little" | "big";
  /** Text of the `license` section, empty when there is none. */
  readonly license: string;
  /** Programs in the order of the symbols. */
  readonly programs: readonly ObjectProgram[];
  /** Global variables in the order of the symbols. */
  readonly globals: readonly ObjectGlobal[];
}

const GLOBAL_SECTION = /^\.(rodata|data|bss)(\.|$)/;

function licenseOf(file: ElfFile): string {
  const section = file.sections.find((candidate) => candidate.name === "license");
  if (section === undefined) return "";
  const bytes = file.bytes.subarray(section.offset, section.offset + section.size);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function isProgram(symbol: ElfSymbol, section: ElfSection): boolean {
  // functions in .text are subprograms that others call
  return symbol.type === SymbolType.FUNC && symbol.isGlobal &&
    section.type === SectionType.PROGBITS && (section.flags & SHF_EXECINSTR) !== 0 &&
    section.name !== ".text";
}

function isVariable(symbol: ElfSymbol, section: ElfSection): boolean {
  return symbol.type === SymbolType.OBJECT && symbol.size > 0 && GLOBAL_SECTION.test(section.name);
}

/**
 * Reads a BPF object's table of contents.
 *
 * @param bytes The whole file.
 * @returns Programs, globals and licence.
 * @throws {BytecodeError} When the bytes are not a BPF object.
 *
 * @example A file that is no object
 * ```ts
 * import { BytecodeError, readObject } from "@bpfman/cli/bytecode-tools";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => readObject(new TextEncoder().encode("#!/bin/sh")), BytecodeError);
 * ```
 */
export function readObject(bytes: Uint8Array): BytecodeObject {
  const file = readElf(bytes);
  checkKind(file);
  const programs: ObjectProgram[] = [];
  const globals: ObjectGlobal[] = [];
  for (const symbol of readSymbols(file, SectionType.SYMTAB)) {
    const section = file.sections[symbol.section];
    if (section === undefined) continue;
    if (isProgram(symbol, section)) {
      programs.push({ name: symbol.name, section: section.name });
    } else if (isVariable(symbol, section)) {
      const { name, size } = symbol;
      globals.push({ name, section: section.name, offset: Number(symbol.value), size });
    }
  }
  return {
    endianness: file.isLittleEndian ? "little" : "big",
    license: licenseOf(file),
    programs,
    globals,
  };
}
