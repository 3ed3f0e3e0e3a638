/**
 * Programs as ELF files of 64 bits, little endian: their segments, and what is in the dynamic one.
 *
 * @module
 */

/** Kinds of segments that are looked for. */
export const SegmentType = { LOAD: 1, DYNAMIC: 2, NOTE: 4 } as const;

const HEADER = { programs: 32, programCount: 56 } as const;
const PROGRAM_SIZE = 56;
const MAGIC = 0x464c457f;

/** A program header. */
export interface Segment {
  /** Where the header itself is. */
  readonly at: number;
  readonly type: number;
  readonly offset: bigint;
  readonly address: bigint;
  readonly fileSize: bigint;
  readonly memorySize: bigint;
}

/** True for an ELF file of 64 bits, little endian. */
function isElf(bytes: Uint8Array, view: DataView): boolean {
  return bytes.length > 64 && view.getUint32(0, true) === MAGIC && bytes[4] === 2 && bytes[5] === 1;
}

/** A program. */
export class ElfProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes. */
  readonly view: DataView;
  readonly segments: readonly Segment[];
  #dynamic: readonly (readonly [tag: bigint, value: bigint])[] | undefined;

  /** @throws {TypeError} When it is none. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!isElf(bytes, this.view)) {
      throw new TypeError("Cannot read the program: it is no ELF program of 64 bits");
    }
    const start = Number(this.quad(HEADER.programs));
    const count = this.view.getUint16(HEADER.programCount, true);
    this.segments = Array.from(
      { length: count },
      (_, n) => this.#segment(start + n * PROGRAM_SIZE),
    );
  }

  /** Number of 64 bits at a place of the file. */
  quad(offset: number): bigint {
    return this.view.getBigUint64(offset, true);
  }

  #segment(at: number): Segment {
    return {
      at,
      type: this.view.getUint32(at, true),
      offset: this.quad(at + 8),
      address: this.quad(at + 16),
      fileSize: this.quad(at + 32),
      memorySize: this.quad(at + 40),
    };
  }

  /** Place in the file of what is mapped at an address. */
  offsetOf(address: bigint): number {
    const home = this.segments.find((segment) =>
      segment.type === SegmentType.LOAD && address >= segment.address &&
      address < segment.address + segment.fileSize
    );
    if (home === undefined) {
      throw new TypeError("Cannot read the program: an address is in no file");
    }
    return Number(address - home.address + home.offset);
  }

  /** Values of a tag of the dynamic segment, in order; none in a program that has no such segment. */
  dynamic(tag: bigint): bigint[] {
    this.#dynamic ??= [...this.#readDynamic()];
    return this.#dynamic.filter(([found]) => found === tag).map(([, value]) => value);
  }

  *#readDynamic(): Generator<readonly [bigint, bigint]> {
    const segment = this.segments.find(({ type }) => type === SegmentType.DYNAMIC);
    if (segment === undefined) return;
    const end = Number(segment.offset + segment.fileSize);
    for (let at = Number(segment.offset); at < end; at += 16) {
      yield [this.quad(at), this.quad(at + 8)];
    }
  }

  /** Text at a place of the file, up to its zero. */
  textAt(offset: number): string {
    return new TextDecoder().decode(this.bytes.subarray(offset, this.bytes.indexOf(0, offset)));
  }
}
