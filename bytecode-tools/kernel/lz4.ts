/**
 * LZ4 in the legacy frame format, which kernel images are compressed with (lz4 Frame Format 1.6,
 * "Legacy frame").
 *
 * @module
 */
import { refuse } from "../errors.ts";

const MAGIC = 0x184c2102;
/** Unpacked size of every block but the last. */
const BLOCK_SIZE = 8 * 1024 * 1024;
/** Shortest match. */
const LEAST_MATCH = 4;

function wrong(fault: string, offset: number): never {
  refuse("lz4", `Cannot unpack LZ4 data: ${fault}`, { offset });
}

/** True when bytes begin a legacy frame. */
export function isLegacyLz4(bytes: Uint8Array): boolean {
  return bytes[0] === 0x02 && bytes[1] === 0x21 && bytes[2] === 0x4c && bytes[3] === 0x18;
}

/** One block under work. */
class Block {
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  #at: number;
  #end: number;
  #written = 0;

  constructor(input: Uint8Array, range: readonly [start: number, end: number], output: Uint8Array) {
    this.#input = input;
    [this.#at, this.#end] = range;
    this.#output = output;
  }

  /** Unpacks the block and returns the number of bytes. */
  run(): number {
    while (this.#at < this.#end) {
      const token = this.#byte();
      this.#literals(this.#length(token >>> 4));
      // the last sequence has no match
      if (this.#at >= this.#end) break;
      const distance = this.#byte() | this.#byte() << 8;
      this.#match(distance, this.#length(token & 15) + LEAST_MATCH);
    }
    return this.#written;
  }

  #byte(): number {
    if (this.#at >= this.#end) wrong("a block ends too early", this.#at);
    return this.#input[this.#at++] ?? 0;
  }

  #length(start: number): number {
    let length = start;
    if (start < 15) return length;
    for (;;) {
      const byte = this.#byte();
      length += byte;
      if (byte < 255) return length;
    }
  }

  #literals(length: number): void {
    if (length > this.#end - this.#at || length > this.#output.length - this.#written) {
      wrong("literals leave their block", this.#at);
    }
    this.#output.set(this.#input.subarray(this.#at, this.#at + length), this.#written);
    this.#at += length;
    this.#written += length;
  }

  #match(distance: number, length: number): void {
    const output = this.#output;
    if (distance === 0 || distance > this.#written || length > output.length - this.#written) {
      wrong("a match leaves its block", this.#at);
    }
    let from = this.#written - distance;
    // source and target may overlap: the bytes are copied one by one
    for (let n = 0; n < length; n++) output[this.#written++] = output[from++] ?? 0;
  }
}

/**
 * Unpacks a legacy frame.
 *
 * @param bytes The frame; what follows its last block is not read.
 * @param maxSize The most bytes that may come out.
 * @throws {BytecodeError} When the data are damaged or too large.
 */
export function unpackLegacyLz4(bytes: Uint8Array, maxSize: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC) wrong("the magic is wrong", 0);
  const parts: Uint8Array[] = [];
  const output = new Uint8Array(BLOCK_SIZE);
  let size = 0;
  let at = 4;
  while (at + 4 <= bytes.length) {
    const packed = view.getUint32(at, true);
    // frames may follow each other; a kernel image has its unpacked size behind the last block
    if (packed === MAGIC) {
      at += 4;
      continue;
    }
    if (packed === 0 || packed > bytes.length - at - 4) break;
    const written = new Block(bytes, [at + 4, at + 4 + packed], output).run();
    size += written;
    if (size > maxSize) wrong(`more than ${maxSize} bytes come out`, at);
    // a copy of its own size: a file may have a million blocks of one byte
    parts.push(output.slice(0, written));
    at += 4 + packed;
  }
  const all = new Uint8Array(size);
  let to = 0;
  for (const part of parts) {
    all.set(part, to);
    to += part.length;
  }
  return all;
}
