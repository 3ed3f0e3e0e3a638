/**
 * BTF types by name: a walk over all of them for the first questions, then an index, with buckets in
 * typed arrays, hashed over the bytes of the names.
 *
 * @module
 */
import type { BtfLayout } from "./layout.ts";

const encoder = new TextEncoder();
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Lookups that are answered by a walk over all types; an index costs as much as a handful. */
const WALKS = 6;

/** The names of one BTF's types. */
export class TypeNames {
  readonly #layout: BtfLayout;
  readonly #starts: Uint32Array;
  readonly #firstString: number;
  #walks = 0;
  #index: NameIndex | undefined;

  /**
   * @param layout The BTF.
   * @param starts Where its types begin.
   * @param firstString Offset of its first string.
   */
  constructor(layout: BtfLayout, starts: Uint32Array, firstString: number) {
    this.#layout = layout;
    this.#starts = starts;
    this.#firstString = firstString;
  }

  /** Positions (not numbers) of the types with a name, in order. */
  *positions(name: string): Generator<number, undefined> {
    const bytes = encoder.encode(name);
    if (bytes.length === 0) return undefined;
    if (this.#index === undefined && this.#walks++ < WALKS) return yield* this.#walk(bytes);
    this.#index ??= new NameIndex(this.#layout, this.#starts, this.#firstString);
    for (const position of this.#index.positions(bytes)) {
      if (this.#matches(position, bytes)) yield position;
    }
    return undefined;
  }

  *#walk(name: Uint8Array): Generator<number, undefined> {
    const starts = this.#starts;
    const firstString = this.#firstString;
    const { words, strings } = this.#layout;
    const first = name[0];
    for (let position = 0; position < starts.length; position++) {
      const at = (words[starts[position] ?? 0] ?? 0) - firstString;
      if (strings[at] === first && this.#matches(position, name)) yield position;
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

/** Finds the types of a name among those of one BTF, and some others of the same bucket. */
class NameIndex {
  readonly #heads: Uint32Array;
  readonly #next: Uint32Array;

  constructor(layout: BtfLayout, starts: Uint32Array, firstString: number) {
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

  /** Positions of the types in a name's bucket, in order. */
  *positions(name: Uint8Array): Generator<number, undefined> {
    let hash = FNV_OFFSET;
    for (const byte of name) hash = Math.imul(hash ^ byte, FNV_PRIME);
    let entry = this.#heads[(hash ^ hash >>> 15) & (this.#heads.length - 1)] ?? 0;
    for (; entry !== 0; entry = this.#next[entry - 1] ?? 0) yield entry - 1;
    return undefined;
  }
}
