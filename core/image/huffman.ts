/**
 * Codes of symbols by which packed bytes are read (RFC 1951).
 *
 * @module
 */

/** Why bytes could not be unpacked. */
export class InflateError extends Error {
  /** Name of the class. */
  override readonly name = "InflateError";
  /** True when more would come out than is allowed; false when the bytes are damaged. */
  readonly isTooLarge: boolean;

  constructor(isTooLarge: boolean) {
    super(isTooLarge ? "More comes out than is allowed" : "The bytes are damaged");
    this.isTooLarge = isTooLarge;
  }
}

/** Ends the work on bytes that nobody packed so. */
export function damaged(): never {
  throw new InflateError(false);
}

/** Longest code. */
export const MAX_BITS = 15;
/** Codes up to this length are found at once. */
const FAST_BITS = 10;
/** Takes the bits that the table of short codes is asked with. */
export const FAST_MASK = (1 << FAST_BITS) - 1;

/** A code of symbols of different lengths. */
export interface Huffman {
  /** Number of codes of each length. */
  readonly counts: Uint16Array;
  /** Symbols by their code. */
  readonly symbols: Uint16Array;
  /** Symbol and length by the next bits; 0 for those of longer codes. */
  readonly fast: Uint16Array;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= (code >> bit & 1) << (length - 1 - bit);
  return result;
}

/** Fills the table of short codes; codes are numbered by length, then by symbol. */
function fillFast(fast: Uint16Array, counts: Uint16Array, symbols: Uint16Array): void {
  let code = 0;
  let index = 0;
  for (let length = 1; length <= FAST_BITS; length++) {
    for (let one = 0; one < (counts[length] ?? 0); one++, code++, index++) {
      const entry = (symbols[index] ?? 0) << 4 | length;
      for (let at = reversed(code, length); at <= FAST_MASK; at += 1 << length) fast[at] = entry;
    }
    code <<= 1;
  }
}

/** Makes a code from the length of each symbol's; one that is not complete may have one symbol. */
export function huffman(lengths: Uint8Array): Huffman {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const used = lengths.length - (counts[0] ?? 0);
  counts[0] = 0;
  let left = 1;
  const starts = new Uint16Array(MAX_BITS + 2);
  for (let length = 1; length <= MAX_BITS; length++) {
    const count = counts[length] ?? 0;
    left = left * 2 - count;
    if (left < 0) damaged();
    starts[length + 1] = (starts[length] ?? 0) + count;
  }
  if (left > 0 && used > 1) damaged();
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const at = starts[length] ?? 0;
    symbols[at] = symbol;
    starts[length] = at + 1;
  });
  const fast = new Uint16Array(FAST_MASK + 1);
  fillFast(fast, counts, symbols);
  return { counts, symbols, fast };
}

/** Lengths of the codes that blocks without codes of their own use. */
export function fixedLengths(): Uint8Array {
  const lengths = new Uint8Array(288).fill(8);
  lengths.fill(9, 144, 256);
  return lengths.fill(7, 256, 280);
}
