/**
 * Names in the string tables of ELF files.
 *
 * @module
 */
import { refuse } from "../errors.ts";

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

  /**
   * A name.
   *
   * @param index Its offset in the table.
   * @param offset Where the file refers to it, for the error.
   */
  at(index: number, offset: number): string {
    const table = this.#table;
    if (table === undefined || index >= table.size) {
      refuse("elf-name", `Cannot read the ELF file: string ${index} has no table`, { offset });
    }
    const start = table.offset + index;
    const end = this.#bytes.indexOf(0, start);
    if (end < 0 || end >= table.offset + table.size) {
      refuse("elf-name", `Cannot read the ELF file: the string at ${start} has no end`, { offset });
    }
    this.#budget -= end - start;
    if (this.#budget < 0) {
      const message = "Cannot read the ELF file: its names are longer than the file allows";
      refuse("elf-names", message, { offset });
    }
    return decoder.decode(this.#bytes.subarray(start, end));
  }
}
