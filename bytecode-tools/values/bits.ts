/**
 * Numbers of any width at any bit of a byte array, in either byte order.
 *
 * @module
 */

/** Where a number lies. */
export interface BitPlace {
  /** Bits from the start: of the lowest bit in little-endian, of the highest in big-endian. */
  readonly offset: number;
  readonly width: number;
}

/** Place of the `n`-th lowest bit of a number: byte, and bit within the byte. */
function bitAt(place: BitPlace, n: number, isLittleEndian: boolean): readonly [number, number] {
  const at = isLittleEndian ? place.offset + n : place.offset + place.width - 1 - n;
  return [at >>> 3, isLittleEndian ? at & 7 : 7 - (at & 7)];
}

/** Reads an unsigned number. */
export function readBits(bytes: Uint8Array, place: BitPlace, isLittleEndian: boolean): bigint {
  let value = 0n;
  for (let n = 0; n < place.width; n++) {
    const [byte, bit] = bitAt(place, n, isLittleEndian);
    if (((bytes[byte] ?? 0) >>> bit & 1) !== 0) value |= 1n << BigInt(n);
  }
  return value;
}

/** Where a number goes, with its byte order. */
export type BitTarget = BitPlace & { readonly isLittleEndian: boolean };

/** Writes the low bits of a number; the bits around it stay. */
export function writeBits(bytes: Uint8Array, place: BitTarget, value: bigint): void {
  for (let n = 0; n < place.width; n++) {
    const [byte, bit] = bitAt(place, n, place.isLittleEndian);
    const isSet = (value >> BigInt(n) & 1n) !== 0n;
    const old = bytes[byte] ?? 0;
    bytes[byte] = isSet ? old | 1 << bit : old & ~(1 << bit);
  }
}
