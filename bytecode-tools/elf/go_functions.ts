/**
 * Functions of Go programs. Their symbols are often stripped, but the table with which the Go runtime
 * prints its traces stays: addresses and names of every function. Layout of Go 1.18 and newer
 * (`runtime/symtab.go`, type `pcHeader`).
 *
 * @module
 */
import type { ElfFile } from "./elf.ts";

/** A function by the names of the runtime. */
export interface GoFunction {
  readonly name: string;
  /** Where it begins in memory. */
  readonly address: bigint;
  /** Up to where the next one begins. */
  readonly size: bigint;
}

/** Names of the section, without and with relocations. */
const SECTIONS: readonly string[] = [".gopclntab", ".data.rel.ro.gopclntab"];
/** First words of the table by Go 1.18 and 1.20. */
const MAGIC: readonly number[] = [0xfffffff0, 0xfffffff1];
const HEADER_SIZE = 72;
/** More than in the largest programs; whatever claims more is not read. */
const MOST_FUNCTIONS = 4_000_000;
const LONGEST_NAME = 4096;
/** Where the kernel enters a Go program that was linked without C. */
const ENTRY = /^_rt0_\w+_linux$/;

/** The table, every place in it checked against its size. */
class PcTable {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;

  constructor(bytes: Uint8Array, isLittleEndian: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittleEndian = isLittleEndian;
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#isLittleEndian);
  }

  u64(at: number): bigint {
    return this.#view.getBigUint64(at, this.#isLittleEndian);
  }

  /** Number of functions; 0 when this is no table of a known layout. */
  get count(): number {
    if (this.#bytes.length < HEADER_SIZE || !MAGIC.includes(this.u32(0))) return 0;
    const count = this.u64(8);
    const isSound = this.#bytes[7] === 8 && count <= BigInt(MOST_FUNCTIONS) &&
      this.u64(64) + count * 8n + 4n <= BigInt(this.#bytes.length);
    return isSound ? Number(count) : 0;
  }

  /** Start of a function relative to the program's; one more than the last is the end of all. */
  startOf(index: number): number {
    return this.u32(Number(this.u64(64)) + index * 8);
  }

  /** Name of a function; empty when the table is broken there. */
  nameOf(index: number): string {
    const functions = Number(this.u64(64));
    const record = functions + this.u32(functions + index * 8 + 4);
    if (record + 8 > this.#bytes.length) return "";
    const start = Number(this.u64(32)) + this.u32(record + 4);
    const end = this.#bytes.indexOf(0, start);
    if (end < start || end - start > LONGEST_NAME) return "";
    return new TextDecoder().decode(this.#bytes.subarray(start, end));
  }
}

/**
 * Address from which the table counts. A program that may be loaded anywhere, and every one from Go
 * 1.26 on, leaves it out; then the place where it is entered tells, if it was linked without C.
 */
function textStart(file: ElfFile, table: PcTable, names: readonly string[]): bigint | undefined {
  const written = table.u64(24);
  if (written !== 0n) return written;
  const at = names.findIndex((name) => ENTRY.test(name));
  if (at < 0) return undefined;
  const entered = file.view.getBigUint64(24, file.isLittleEndian);
  const start = entered - BigInt(table.startOf(at));
  const text = file.sections.find(({ name }) => name === ".text");
  return text?.address === start ? start : undefined;
}

/**
 * Lists the functions of a Go program.
 *
 * @param file An ELF file.
 * @returns Empty when it is no Go program, or one whose addresses cannot be told for certain.
 */
export function readGoFunctions(file: ElfFile): GoFunction[] {
  const section = file.sections.find(({ name }) => SECTIONS.includes(name));
  if (section === undefined) return [];
  const bytes = file.bytes.subarray(section.offset, section.offset + section.size);
  const table = new PcTable(bytes, file.isLittleEndian);
  const indexes = Array.from({ length: table.count }, (_, index) => index);
  const names = indexes.map((index) => table.nameOf(index));
  const start = names.length === 0 ? undefined : textStart(file, table, names);
  if (start === undefined) return [];
  return indexes.map((index) => ({
    name: names[index] ?? "",
    address: start + BigInt(table.startOf(index)),
    size: BigInt(Math.max(0, table.startOf(index + 1) - table.startOf(index))),
  })).filter(({ name }) => name !== "");
}
