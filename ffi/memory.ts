/**
 * Native memory with one owner, C strings, and structs written field by field.
 *
 * @module
 */
import { libc } from "./libc.ts";

const SLAB_SIZE = 16 * 1024;
const ZEROS = new Uint8Array(SLAB_SIZE);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One slab is kept for the next arena: most calls need a few hundred bytes. */
let spareSlab: bigint | undefined;

/** Memory that C may keep pointers into until the arena is disposed. */
export class NativeMemory implements Disposable {
  #slab: bigint | undefined;
  #used = 0;
  readonly #large: bigint[] = [];

  /**
   * Zeroed memory, aligned to 8 bytes.
   *
   * @param size Bytes.
   * @returns Its address.
   */
  allocate(size: number): bigint {
    const rounded = Math.max(8, (size + 7) & ~7);
    const address = rounded > SLAB_SIZE - this.#used
      ? this.#allocateLarge(rounded)
      : this.#take(rounded);
    for (let at = 0; at < rounded; at += SLAB_SIZE) {
      libc().poke(address + BigInt(at), ZEROS, BigInt(Math.min(SLAB_SIZE, rounded - at)));
    }
    return address;
  }

  /**
   * Memory that is not zeroed, for buffers that a call fills before they are read.
   *
   * @param size Bytes.
   * @returns Its address.
   */
  reserve(size: number): bigint {
    const rounded = (size + 7) & ~7;
    return rounded > SLAB_SIZE - this.#used ? this.#allocateLarge(size) : this.#take(rounded);
  }

  /** A copy of `text` with a closing NUL. */
  string(text: string): bigint {
    return this.bytes(encoder.encode(text + "\0"));
  }

  /** A copy of `data`. */
  bytes(data: Uint8Array): bigint {
    const address = this.reserve(Math.max(8, data.length));
    writeMemory(address, data);
    return address;
  }

  #take(size: number): bigint {
    if (this.#slab === undefined) {
      this.#slab = spareSlab ?? libc().malloc(BigInt(SLAB_SIZE));
      spareSlab = undefined;
    }
    const address = this.#slab + BigInt(this.#used);
    this.#used += size;
    return address;
  }

  #allocateLarge(size: number): bigint {
    const address = libc().malloc(BigInt(size));
    if (address === 0n) throw new RangeError(`Cannot allocate ${size} bytes of native memory`);
    this.#large.push(address);
    return address;
  }

  [Symbol.dispose](): void {
    for (const address of this.#large.splice(0)) libc().free(address);
    const slab = this.#slab;
    if (slab === undefined) return;
    this.#slab = undefined;
    if (spareSlab === undefined) spareSlab = slab;
    else libc().free(slab);
  }
}

/** Copies `data` to an address. */
export function writeMemory(address: bigint, data: Uint8Array): void {
  libc().poke(address, data as Uint8Array<ArrayBuffer>, BigInt(data.length));
}

/** Copies `size` bytes from an address. */
export function readMemory(address: bigint, size: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(size);
  if (size > 0) libc().peek(data, address, BigInt(size));
  return data;
}

/** The C string at an address, at most `max` bytes; empty for NULL. */
export function readString(address: bigint, max = 4096): string {
  if (address === 0n) return "";
  const length = Number(libc().strnlen(address, BigInt(max)));
  return decoder.decode(readMemory(address, length));
}

/** The text of fixed-size `char[]` bytes up to the first NUL. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A struct under construction; unknown and unset bytes stay zero. Little-endian. */
export class Struct {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  /** @param size Size of the struct in bytes. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Starts an options struct of libbpf, whose first field is its size. */
  static options(size: number): Struct {
    return new Struct(size).u64(0, BigInt(size));
  }

  get size(): number {
    return this.#bytes.length;
  }

  u16(offset: number, value: number): this {
    this.#view.setUint16(offset, value, true);
    return this;
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(offset: number, value: bigint): this {
    this.#view.setBigUint64(offset, value, true);
    return this;
  }

  /** Writes at most `room` bytes of text; the field must have one more for the closing NUL. */
  text(offset: number, value: string, room: number): this {
    this.#bytes.set(encoder.encode(value).subarray(0, room), offset);
    return this;
  }

  /** Places the struct in native memory and returns its address. */
  in(memory: NativeMemory): bigint {
    return memory.bytes(this.#bytes);
  }
}
