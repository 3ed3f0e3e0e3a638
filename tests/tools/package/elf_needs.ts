/**
 * What a program needs of the machine's libraries, read from its own dynamic section.
 *
 * @module
 */

/** A library and the newest version of each of its symbol sets that is needed. */
export interface LibraryNeed {
  readonly name: string;
  /** Such as `GLIBC_2.27`; none when any version will do. */
  readonly versions: readonly string[];
}

const SegmentType = { LOAD: 1, DYNAMIC: 2 } as const;
const Tag = { NEEDED: 1n, STRINGS: 5n, VERSIONS: 0x6ffffffen, VERSION_COUNT: 0x6fffffffn } as const;
const PROGRAM_SIZE = 56;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: bigint;
}

/** A program of 64 bits, little endian. */
class Program {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #segments: readonly Segment[];
  readonly #dynamic: readonly (readonly [bigint, bigint])[];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isElf = bytes.length > 64 && this.#view.getUint32(0, true) === 0x464c457f &&
      bytes[4] === 2 && bytes[5] === 1;
    if (!isElf) throw new TypeError("Cannot read the program: it is no ELF file of 64 bits");
    const start = Number(this.#view.getBigUint64(32, true));
    this.#segments = Array.from(
      { length: this.#view.getUint16(56, true) },
      (_, n) => this.#segment(start + n * PROGRAM_SIZE),
    );
    this.#dynamic = [...this.#readDynamic()];
  }

  #segment(at: number): Segment {
    return {
      type: this.#view.getUint32(at, true),
      offset: Number(this.#view.getBigUint64(at + 8, true)),
      address: this.#view.getBigUint64(at + 16, true),
      size: this.#view.getBigUint64(at + 32, true),
    };
  }

  *#readDynamic(): Generator<readonly [bigint, bigint]> {
    const section = this.#segments.find(({ type }) => type === SegmentType.DYNAMIC);
    if (section === undefined) return;
    for (let at = section.offset; at < section.offset + Number(section.size); at += 16) {
      yield [this.#view.getBigUint64(at, true), this.#view.getBigUint64(at + 8, true)];
    }
  }

  #values(tag: bigint): bigint[] {
    return this.#dynamic.filter(([found]) => found === tag).map(([, value]) => value);
  }

  #offsetOf(address: bigint): number {
    const home = this.#segments.find((segment) =>
      segment.type === SegmentType.LOAD && address >= segment.address &&
      address < segment.address + segment.size
    );
    if (home === undefined) {
      throw new TypeError("Cannot read the program: an address is in no file");
    }
    return Number(address - home.address) + home.offset;
  }

  #name(offset: number): string {
    const [strings] = this.#values(Tag.STRINGS);
    if (strings === undefined) throw new TypeError("Cannot read the program: it has no names");
    const start = this.#offsetOf(strings) + offset;
    return new TextDecoder().decode(this.#bytes.subarray(start, this.#bytes.indexOf(0, start)));
  }

  needed(): string[] {
    return this.#values(Tag.NEEDED).map((offset) => this.#name(Number(offset)));
  }

  /** Names of versions by library. */
  versions(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    const [table] = this.#values(Tag.VERSIONS);
    const [count] = this.#values(Tag.VERSION_COUNT);
    if (table === undefined || count === undefined) return found;
    let at = this.#offsetOf(table);
    for (let entry = 0; entry < Number(count); entry++) {
      found.set(this.#name(this.#view.getUint32(at + 4, true)), this.#versionNames(at));
      at += this.#view.getUint32(at + 12, true);
    }
    return found;
  }

  #versionNames(entry: number): string[] {
    const names: string[] = [];
    let at = entry + this.#view.getUint32(entry + 8, true);
    for (let left = this.#view.getUint16(entry + 2, true); left > 0; left--) {
      names.push(this.#name(this.#view.getUint32(at + 8, true)));
      at += this.#view.getUint32(at + 12, true);
    }
    return names;
  }
}

/**
 * The libraries that a program is linked with.
 *
 * @throws {TypeError} When it is no ELF file of 64 bits.
 */
export function libraryNeeds(bytes: Uint8Array): LibraryNeed[] {
  const program = new Program(bytes);
  const versions = program.versions();
  return program.needed().map((name) => ({ name, versions: versions.get(name) ?? [] }));
}
