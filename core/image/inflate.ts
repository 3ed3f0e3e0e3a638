/**
 * Unpacks gzip (RFC 1952 and 1951). Plain code in the place of streams: it stops exactly at the
 * limit, takes files of several parts, and needs nothing that is loaded first.
 *
 * @module
 */

import {
  damaged,
  FAST_MASK,
  fixedLengths,
  type Huffman,
  huffman,
  InflateError,
  MAX_BITS,
} from "./huffman.ts";

export { InflateError };

const END_OF_BLOCK = 256;
const HEADER_SIZE = 10;
const TRAILER_SIZE = 8;
const Flag = { HEADER_CRC: 2, EXTRA: 4, NAME: 8, COMMENT: 16, RESERVED: 0xe0 } as const;

const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** Bases of lengths or distances: `free` codes without extra bits, then so many of each width. */
function bases(start: number, free: number, each: number, count: number) {
  const extra = Uint8Array.from(
    { length: count },
    (_, code) => code < free ? 0 : Math.floor((code - free) / each) + 1,
  );
  const base = new Uint16Array(count);
  let next = start;
  for (let code = 0; code < count; code++) {
    base[code] = next;
    next += 1 << (extra[code] ?? 0);
  }
  return { base, extra };
}

const LENGTHS = bases(3, 8, 4, 29);
// the last length has a code of its own
LENGTHS.base[28] = 258;
LENGTHS.extra[28] = 0;
const DISTANCES = bases(1, 4, 2, 30);

/** Bits of the packed bytes and what came out so far. */
class Inflater {
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  #at = 0;
  #hold = 0;
  #count = 0;
  #output: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(bytes: Uint8Array, limit: number) {
    this.#bytes = bytes;
    this.#limit = limit;
    this.#output = new Uint8Array(Math.min(limit, Math.max(4096, bytes.length * 4)));
  }

  /** Everything that came out. */
  get output(): Uint8Array<ArrayBuffer> {
    return this.#output.subarray(0, this.#length);
  }

  /** Takes in bits as long as there are any, at least as many as asked for where that is needed. */
  #fill(wanted: number): void {
    while (this.#count < wanted && this.#at < this.#bytes.length) {
      this.#hold |= (this.#bytes[this.#at++] ?? 0) << this.#count;
      this.#count += 8;
    }
  }

  #bits(wanted: number): number {
    this.#fill(wanted);
    if (this.#count < wanted) damaged();
    const value = this.#hold & (1 << wanted) - 1;
    this.#hold >>>= wanted;
    this.#count -= wanted;
    return value;
  }

  #symbol({ counts, symbols, fast }: Huffman): number {
    this.#fill(MAX_BITS);
    const entry = fast[this.#hold & FAST_MASK] ?? 0;
    const short = entry & 15;
    if (short > this.#count) damaged();
    if (entry !== 0) {
      this.#hold >>>= short;
      this.#count -= short;
      return entry >> 4;
    }
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= Math.min(MAX_BITS, this.#count); length++) {
      code |= this.#hold >> (length - 1) & 1;
      const count = counts[length] ?? 0;
      if (code - count < first) {
        this.#hold >>>= length;
        this.#count -= length;
        return symbols[index + code - first] ?? damaged();
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return damaged();
  }

  #room(wanted: number): void {
    const needed = this.#length + wanted;
    if (needed > this.#limit) throw new InflateError(true);
    if (needed <= this.#output.length) return;
    const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#output.length * 2)));
    larger.set(this.output);
    this.#output = larger;
  }

  #stored(): void {
    this.#hold = 0;
    // whole bytes that were taken in are given back, the rest of the last one is not used
    this.#at -= this.#count >> 3;
    this.#count = 0;
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.subarray(this.#at, this.#at + 4);
    const size = a | b << 8;
    this.#at += 4;
    if ((size ^ 0xffff) !== (c | d << 8) || this.#at + size > this.#bytes.length) damaged();
    this.#room(size);
    this.#output.set(this.#bytes.subarray(this.#at, this.#at + size), this.#length);
    this.#length += size;
    this.#at += size;
  }

  #copy(code: number, distances: Huffman): void {
    const length = (LENGTHS.base[code] ?? damaged()) + this.#bits(LENGTHS.extra[code] ?? 0);
    const far = this.#symbol(distances);
    const distance = (DISTANCES.base[far] ?? damaged()) + this.#bits(DISTANCES.extra[far] ?? 0);
    if (distance > this.#length) damaged();
    this.#room(length);
    const end = this.#length + length;
    for (; this.#length < end; this.#length++) {
      this.#output[this.#length] = this.#output[this.#length - distance] ?? 0;
    }
  }

  #coded(literals: Huffman, distances: Huffman): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol > END_OF_BLOCK) this.#copy(symbol - END_OF_BLOCK - 1, distances);
      else {
        this.#room(1);
        this.#output[this.#length++] = symbol;
      }
    }
  }

  #dynamic(): void {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const codes = this.#bits(4) + 4;
    const order = new Uint8Array(19);
    for (const symbol of CODE_ORDER.slice(0, codes)) order[symbol] = this.#bits(3);
    const code = huffman(order);
    const lengths = new Uint8Array(literals + distances);
    for (let at = 0; at < lengths.length;) {
      const symbol = this.#symbol(code);
      const isCopy = symbol === 16;
      if (isCopy && at === 0) damaged();
      const value = symbol < 16 ? symbol : isCopy ? lengths[at - 1] ?? 0 : 0;
      const times = symbol < 16
        ? 1
        : isCopy
        ? 3 + this.#bits(2)
        : symbol === 17
        ? 3 + this.#bits(3)
        : 11 + this.#bits(7);
      if (at + times > lengths.length) damaged();
      lengths.fill(value, at, at += times);
    }
    if (lengths[END_OF_BLOCK] === 0) damaged();
    this.#coded(huffman(lengths.subarray(0, literals)), huffman(lengths.subarray(literals)));
  }

  /** Unpacks all blocks. Returns how many bytes they took. */
  run(): number {
    for (let isLast = false; !isLast;) {
      isLast = this.#bits(1) === 1;
      const kind = this.#bits(2);
      if (kind === 0) this.#stored();
      else if (kind === 1) {
        this.#coded(huffman(fixedLengths()), huffman(new Uint8Array(32).fill(5)));
      } else if (kind === 2) this.#dynamic();
      else damaged();
    }
    return this.#at - (this.#count >> 3);
  }
}

/** Remainders of bytes for the checksum, made at the first use. */
let remainders: Uint32Array | undefined;

function makeRemainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ value >>> 1 : value >>> 1;
    return value >>> 0;
  });
}

/** The checksum of gzip. */
function crc32(bytes: Uint8Array): number {
  const table = remainders ??= makeRemainders();
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 255] ?? 0) ^ value >>> 8;
  return (value ^ 0xffffffff) >>> 0;
}

/** Where the blocks of a part begin. */
function skipHeader(bytes: Uint8Array, start: number): number {
  const flags = bytes[start + 3] ?? damaged();
  const isPlain = bytes[start] === 0x1f && bytes[start + 1] === 0x8b && bytes[start + 2] === 8;
  if (!isPlain || (flags & Flag.RESERVED) !== 0) damaged();
  let at = start + HEADER_SIZE;
  if (flags & Flag.EXTRA) at += 2 + ((bytes[at] ?? damaged()) | (bytes[at + 1] ?? damaged()) << 8);
  for (const flag of [Flag.NAME, Flag.COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) damaged();
    at = end + 1;
  }
  return flags & Flag.HEADER_CRC ? at + 2 : at;
}

/**
 * Unpacks gzip with all of its parts.
 *
 * @param bytes What is packed.
 * @param limit Most bytes that may come out.
 * @throws {InflateError} When more come out, or the bytes are damaged.
 */
export function gunzip(bytes: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  let output: Uint8Array<ArrayBuffer> = new Uint8Array();
  // some writers fill up the end with zeros
  for (let at = 0; at < bytes.length && !(at > 0 && bytes[at] === 0);) {
    const start = skipHeader(bytes, at);
    const inflater = new Inflater(bytes.subarray(start), limit - output.length);
    const end = start + inflater.run();
    if (end + TRAILER_SIZE > bytes.length) damaged();
    const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER_SIZE);
    const part = inflater.output;
    if (trailer.getUint32(0, true) !== crc32(part)) damaged();
    if (trailer.getUint32(4, true) !== part.length) damaged();
    if (output.length === 0) output = part;
    else {
      const both = new Uint8Array(output.length + part.length);
      both.set(output);
      both.set(part, output.length);
      output = both;
    }
    at = end + TRAILER_SIZE;
  }
  return output;
}
