/**
 * An index of BTF types by name: buckets in typed arrays, hashed over the bytes of the names.
 *
 * @module
 */
import type { BtfLayout } from "./layout.ts";

const encoder = new TextEncoder();
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Finds the types of a name among those of one BTF. */
export class NameIndex {
  readonly #heads: Uint32Array;
  readonly #next: Uint32Array;
  readonly #layout: BtfLayout;
  readonly #starts: Uint32Array;
  readonly #firstString: number;

  /**
   * @param layout The BTF.
   * @param starts Where its types begin.
   * @param firstString Offset of its first string.
   */
  constructor(layout: BtfLayout, starts: Uint32Array, firstString: number) {
    this.#layout = layout;
    this.#starts = starts;
    this.#firstString = firstString;
    let size = 16;
    while (size < starts.length) size <<= 1;
    this.#heads = new Uint32Array(size);
    this.#next = new Uint32Array(starts.length);
    const { words, strings } = layout;
    // from the last to the first, so that the lists are in the order of the types
    for (let n = starts.length - 1; n >= 0; n--) {
      let at = (words[starts[n] ?? 0] ?? 0) - firstString;
      if (at < 0) continue;
      let hash = FNV_OFFSET;
      let byte = strings[at] ?? 0;
      if (byte === 0) continue;
      for (; byte !== 0; byte = strings[++at] ?? 0) hash = Math.imul(hash ^ byte, FNV_PRIME);
      const bucket = (hash ^ hash >>> 15) & (size - 1);
      this.#next[n] = this.#heads[bucket] ?? 0;
      this.#heads[bucket] = n + 1;
    }
  }

  /** Positions (not numbers) of the types with a name, in order. */
  *positions(name: string): Generator<number, undefined> {
    const bytes = encoder.encode(name);
    let hash = FNV_OFFSET;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
    let entry = this.#heads[(hash ^ hash >>> 15) & (this.#heads.length - 1)] ?? 0;
    for (; entry !== 0; entry = this.#next[entry - 1] ?? 0) {
      if (this.#matches(entry - 1, bytes)) yield entry - 1;
    }
    return undefined;
  }

  #matches(position: number, name: Uint8Array): boolean {
    const { words, strings } = this.#layout;
    const at = (words[this.#starts[position] ?? 0] ?? 0) - this.#firstString;
    for (let n = 0; n < name.length; n++) {
      if (strings[at + n] !== name[n]) return false;
    }
    return strings[at + name.length] === 0;
  }
}
