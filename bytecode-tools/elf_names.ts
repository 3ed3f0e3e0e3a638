/**
 * Names in the string tables of ELF files.
 *
 * @module
 */
import { BytecodeError } from "./errors.ts";

/** All names together may be this many times as long as the file: shared tails are legal, floods not. */
const NAME_BUDGET_FACTOR = 8;
/** Type of string tables (SHT_STRTAB). */
const STRTAB = 3;

/** What must be known of a string table. */
interface NameTable {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

const decoder = new TextDecoder();

/** The NUL-terminated string at an offset of a string table. */
function stringAt(bytes: Uint8Array, table: NameTable | undefined, at: number): string {
  if (table === undefined || at >= table.size) {
    throw new BytecodeError("malformed", `Cannot read the ELF file: string ${at} has no table`, at);
  }
  const start = table.offset + at;
  const end = bytes.indexOf(0, start);
  if (end < 0 || end >= table.offset + table.size) {
    const message = `Cannot read the ELF file: the string at ${start} has no end`;
    throw new BytecodeError("malformed", message, start);
  }
  return decoder.decode(bytes.subarray(start, end));
}

/** Names of one table; counts what it decodes, as a hostile file may repeat one endless name. */
export class NameReader {
  readonly #bytes: Uint8Array;
  readonly #table: NameTable | undefined;
  #budget: number;

  constructor(bytes: Uint8Array, table: NameTable | undefined) {
    this.#bytes = bytes;
    this.#table = table?.type === STRTAB ? table : undefined;
    this.#budget = bytes.length * NAME_BUDGET_FACTOR;
  }

  /** The name at an offset of the table. */
  at(offset: number): string {
    const name = stringAt(this.#bytes, this.#table, offset);
    this.#budget -= name.length;
    if (this.#budget < 0) {
      const message = "Cannot read the ELF file: its names are longer than the file allows";
      throw new BytecodeError("malformed", message, offset, { rule: "elf-names" });
    }
    return name;
  }
}
