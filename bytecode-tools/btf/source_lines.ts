/**
 * From instructions to source lines, through the line records of BTF.ext.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import type { BtfExt, LineRecord } from "./ext.ts";

/** A place in the source. */
export interface SourceLine {
  /** Name of the file. */
  readonly file: string;
  /** Number of the line, from 1. */
  readonly line: number;
  /** Number of the column, from 1; 0 when unknown. */
  readonly column: number;
  /** The line itself, without indentation. */
  readonly text: string;
}

/** Finds source lines by section and instruction. */
export class SourceLines {
  readonly #btf: Btf | undefined;
  readonly #sections = new Map<string, readonly LineRecord[]>();

  constructor(btf: Btf | undefined, ext: BtfExt | undefined) {
    this.#btf = btf;
    for (const { section, records } of ext?.lines ?? []) this.#sections.set(section, records);
  }

  /**
   * The line of an instruction.
   *
   * @param section Name of the section.
   * @param offset Bytes from its start.
   * @returns The last line that begins at or before the instruction.
   */
  at(section: string, offset: number): SourceLine | undefined {
    return this.#line(this.#recordAt(section, offset));
  }

  /** The line that begins exactly at an instruction. */
  beginningAt(section: string, offset: number): SourceLine | undefined {
    const record = this.#recordAt(section, offset);
    return record?.offset === offset ? this.#line(record) : undefined;
  }

  #recordAt(section: string, offset: number): LineRecord | undefined {
    const records = this.#sections.get(section) ?? [];
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = low + high >>> 1;
      if ((records[middle]?.offset ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    return records[low - 1];
  }

  #line(record: LineRecord | undefined): SourceLine | undefined {
    const btf = this.#btf;
    if (record === undefined || btf === undefined) return undefined;
    return {
      file: btf.string(record.fileString),
      line: record.line,
      column: record.column,
      text: btf.string(record.textString).trim(),
    };
  }
}

/** `file:line:column` of a place in the source. */
export function sourcePlace({ file, line, column }: SourceLine): string {
  return column > 0 ? `${file}:${line}:${column}` : `${file}:${line}`;
}
