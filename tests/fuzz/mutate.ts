/**
 * Structure-aware damage to BPF objects, the same for the same seed: fields of headers, tables,
 * BTF and instructions, besides bit flips, cuts and copies.
 *
 * @module
 */
import { type ElfFile, readElf, SectionType } from "../../bytecode-tools/elf/elf.ts";

/** A generator of numbers, the same for the same seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number from 0 to less than `limit`. */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % limit;
  }

  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("Cannot pick an item: the list is empty");
    return item;
  }
}

/** A range of bytes whose fields are worth changing. */
interface Region {
  readonly start: number;
  readonly end: number;
  /** Bytes of one field. */
  readonly width: 1 | 2 | 4 | 8;
}

/** Sections whose records are numbers of a known width. */
function sectionRegion(section: ElfFile["sections"][number]): Region | undefined {
  const range = { start: section.offset, end: section.offset + section.size };
  switch (section.type) {
    case SectionType.NULL:
    case SectionType.NOBITS:
      return undefined;
    case SectionType.SYMTAB:
    case SectionType.REL:
      return { ...range, width: 4 };
  }
  if (section.name === ".BTF" || section.name === ".BTF.ext") return { ...range, width: 4 };
  return { ...range, width: 1 };
}

/** An object to damage, with the regions of its structure. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly regions: readonly Region[];
}

/** Finds the structure of a sound object. */
export function makeSeed(name: string, bytes: Uint8Array): Seed {
  const file = readElf(bytes);
  const table = Number(file.view.getBigUint64(40, file.isLittleEndian));
  const regions: Region[] = [
    { start: 0, end: 64, width: 2 },
    { start: table, end: table + file.sections.length * 64, width: 8 },
    { start: table, end: table + file.sections.length * 64, width: 4 },
  ];
  for (const section of file.sections) {
    const region = sectionRegion(section);
    if (region !== undefined && region.end > region.start) regions.push(region);
    // headers and counts of BTF decide over everything behind them
    if (section.name.startsWith(".BTF") && section.size > 32) {
      regions.push({ start: section.offset, end: section.offset + 32, width: 4 });
    }
  }
  return { name, bytes, regions };
}

const VALUES: readonly bigint[] = [
  0n,
  1n,
  2n,
  7n,
  8n,
  0x10n,
  0xffn,
  0xffffn,
  0x10000n,
  0x7fffffffn,
  0x80000000n,
  0xfffffff0n,
  0xffffffffn,
  1n << 63n,
  (1n << 64n) - 1n,
];

function fieldAt(random: Random, bytes: Uint8Array, region: Region): number {
  const fields = Math.floor((Math.min(region.end, bytes.length) - region.start) / region.width);
  return fields <= 0 ? -1 : region.start + random.below(fields) * region.width;
}

function changeField(random: Random, bytes: Uint8Array<ArrayBuffer>, region: Region): void {
  const at = fieldAt(random, bytes, region);
  if (at < 0) return;
  const view = new DataView(bytes.buffer);
  const isLittleEndian = bytes[5] !== 2;
  const size = region.width;
  let old = 0n;
  for (let n = 0; n < size; n++) old |= BigInt(view.getUint8(at + n)) << BigInt(n * 8);
  const near = old + BigInt(random.below(9) - 4);
  const value = random.pick([
    random.pick(VALUES),
    near,
    BigInt(bytes.length),
    BigInt(random.below(256)),
    old ^ 1n << BigInt(random.below(size * 8)),
    BigInt(random.below(0x7fffffff)),
  ]);
  for (let n = 0; n < size; n++) {
    const byte = Number(value >> BigInt(n * 8) & 0xffn);
    view.setUint8(at + (isLittleEndian ? n : size - 1 - n), byte);
  }
}

function changeBytes(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length);
  switch (random.below(4)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ 1 << random.below(8);
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2:
      bytes.copyWithin(random.below(bytes.length), at, at + random.below(64));
      return bytes;
    default:
      // cut in one of eight cases only: most cuts end at the section table
      return random.below(8) === 0 ? bytes.slice(0, Math.max(1, at)) : bytes;
  }
}

/**
 * Damages an object.
 *
 * @param random Source of all decisions.
 * @param seed The sound object.
 * @returns A new file with one to four changes.
 */
export function mutate(random: Random, seed: Seed): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(seed.bytes);
  const changes = 1 + random.below(4);
  for (let n = 0; n < changes; n++) {
    if (random.below(5) === 0) bytes = changeBytes(random, bytes);
    else changeField(random, bytes, random.pick(seed.regions));
  }
  return bytes;
}
