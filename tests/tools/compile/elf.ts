/**
 * What the builder reads of a runtime's ELF file, and what it changes.
 *
 * @module
 */
import { ElfProgram, type Segment, SegmentType } from "./elf_program.ts";

/** Machines that there is start-up code for. */
export type Target = "x86_64" | "aarch64";

const MACHINES: Readonly<Record<number, Target>> = { 62: "x86_64", 183: "aarch64" };
/** Relocations that put the address of a symbol somewhere. */
const ADDRESS_RELOCATION: Readonly<Record<Target, bigint>> = { x86_64: 6n, aarch64: 1025n };
const HEADER = {
  machine: 18,
  entry: 24,
  sections: 40,
  sectionCount: 60,
} as const;
const SECTION_SIZE = 64;
/** A section with content. */
const PROGBITS = 1;
/** It is mapped, and it is code. */
const MAPPED_CODE = 6;
const Tag = { SYMBOLS: 6n, STRINGS: 5n, RELOCATIONS: 7n, RELOCATION_BYTES: 8n } as const;
const READ_EXECUTE = 5;

/** A segment that takes the place of the notes. */
export interface NewSegment {
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
  readonly alignment: number;
}

/** The runtime. */
export class RuntimeFile extends ElfProgram {
  readonly target: Target;

  /** @throws {TypeError} When it is no program for one of the machines. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super(bytes);
    const target = MACHINES[this.view.getUint16(HEADER.machine, true)];
    if (target === undefined) {
      throw new TypeError("Cannot use the runtime: it is no program for x86-64 or arm64");
    }
    this.target = target;
  }

  #segmentOf(type: number, what: string): Segment {
    const found = this.segments.find((segment) => segment.type === type);
    if (found === undefined) throw new TypeError(`Cannot use the runtime: it has no ${what}`);
    return found;
  }

  /** Where the runtime begins. */
  get entry(): bigint {
    return this.quad(HEADER.entry);
  }

  /** The first address behind everything that is mapped. */
  get end(): bigint {
    const loads = this.segments.filter(({ type }) => type === SegmentType.LOAD);
    return loads.map(({ address, memorySize }) => address + memorySize)
      .reduce((most, end) => end > most ? end : most, 0n);
  }

  /**
   * Where the dynamic loader puts the address of a variable of a library.
   *
   * @throws {TypeError} When the runtime does not use it.
   */
  slotOf(name: string): bigint {
    const value = (tag: bigint) => this.dynamic(tag)[0] ?? 0n;
    const place = (tag: bigint) => this.offsetOf(value(tag));
    const [symbols, strings] = [place(Tag.SYMBOLS), place(Tag.STRINGS)];
    const start = place(Tag.RELOCATIONS);
    const end = start + Number(value(Tag.RELOCATION_BYTES));
    for (let at = start; at < end; at += 24) {
      const info = this.quad(at + 8);
      if ((info & 0xffffffffn) !== ADDRESS_RELOCATION[this.target]) continue;
      const symbol = symbols + Number(info >> 32n) * 24;
      if (this.textAt(strings + this.view.getUint32(symbol, true)) === name) {
        return this.quad(at);
      }
    }
    throw new TypeError(`Cannot use the runtime: it does not know "${name}"`);
  }

  /** Name of the section that the runtime begins in. */
  #nameOfCode(): number {
    const start = Number(this.quad(HEADER.sections));
    const count = this.view.getUint16(HEADER.sectionCount, true);
    for (let at = start; at < start + count * SECTION_SIZE; at += SECTION_SIZE) {
      const [address, size] = [this.quad(at + 16), this.quad(at + 32)];
      const has = address !== 0n && this.entry >= address && this.entry < address + size;
      if (has) return this.view.getUint32(at, true);
    }
    throw new TypeError("Cannot use the runtime: its entry is in no section");
  }

  /**
   * A table of sections that has the new segment as well: `strip` rewrites a file by its sections, and
   * would leave out what is in none. To be called before the notes are replaced.
   *
   * @param segment The new segment.
   * @param place Where in the file the table goes.
   */
  moveSections({ offset, address, size }: NewSegment, place: number): Uint8Array {
    const start = Number(this.quad(HEADER.sections));
    const count = this.view.getUint16(HEADER.sectionCount, true);
    const table = new Uint8Array((count + 1) * SECTION_SIZE);
    table.set(this.bytes.subarray(start, start + count * SECTION_SIZE));
    const view = new DataView(table.buffer, count * SECTION_SIZE);
    view.setUint32(0, this.#nameOfCode(), true);
    view.setUint32(4, PROGBITS, true);
    const fields = [BigInt(MAPPED_CODE), address, BigInt(offset), BigInt(size), 0n, 16n];
    fields.forEach((value, n) => view.setBigUint64(8 + 8 * n, value, true));
    this.view.setBigUint64(HEADER.sections, BigInt(place), true);
    this.view.setUint16(HEADER.sectionCount, count + 1, true);
    return table;
  }

  /** Makes the notes, which nothing reads, a segment of code, and begins there. */
  replaceNotes({ offset, address, size, alignment }: NewSegment): void {
    const { at } = this.#segmentOf(SegmentType.NOTE, "notes to replace");
    this.view.setUint32(at, SegmentType.LOAD, true);
    this.view.setUint32(at + 4, READ_EXECUTE, true);
    const fields = [
      BigInt(offset),
      address,
      address,
      BigInt(size),
      BigInt(size),
      BigInt(alignment),
    ];
    fields.forEach((value, n) => this.view.setBigUint64(at + 8 + 8 * n, value, true));
    this.view.setBigUint64(HEADER.entry, address, true);
  }
}
