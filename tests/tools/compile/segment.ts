/**
 * The segment that a single file has besides the runtime: start-up code, a table for it, and what the
 * table points at. The order of the table is that of the names at the top of stub/*.S.
 *
 * @module
 */

/** A file that the start-up code makes in memory. */
export interface MemoryFile {
  /** Name that /proc shows. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Number of its descriptor. */
  readonly descriptor: number;
}

/** What the start-up code works on. */
export interface StartTable {
  readonly files: readonly MemoryFile[];
  /** Words in front of the user's. */
  readonly usual: readonly string[];
  /** Words in front of the flags of a start by the tool itself. */
  readonly stage: readonly string[];
  readonly added: readonly string[];
  readonly dropped: readonly string[];
  readonly kept: readonly string[];
  readonly main: string;
  /** Takes the place of the stage word. */
  readonly first: string;
  readonly stageWord: string;
  readonly endWord: string;
  readonly flagStart: string;
  readonly message: string;
  /** Licences, for whoever looks into the file. */
  readonly notice: string;
  /** A variable that is added where there is none of its name. */
  readonly defaultVariable: readonly [name: string, value: string];
}

/** Distances from the first byte of the segment. */
export interface Distances {
  /** To the runtime's entry. */
  readonly entry: bigint;
  /** To where the runtime keeps the address of `environ`. */
  readonly environ: bigint;
}

const QUADS = 24;
const utf8 = new TextEncoder();

/** Bytes that grow, with offsets of what is in them. */
class Pool {
  readonly #parts: Uint8Array[] = [];
  #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  add(bytes: Uint8Array): bigint {
    const offset = this.#length;
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    this.#parts.push(padded);
    this.#length += padded.length;
    return BigInt(offset);
  }

  text(text: string): bigint {
    return this.add(utf8.encode(`${text}\0`));
  }

  quads(values: readonly bigint[]): bigint {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    values.forEach((value, n) => view.setBigInt64(n * 8, value, true));
    return this.add(bytes);
  }

  list(texts: readonly string[]): [bigint, bigint] {
    const offsets = texts.map((text) => this.text(text));
    return [this.quads(offsets), BigInt(texts.length)];
  }

  copyTo(bytes: Uint8Array, start: number): void {
    let at = start;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
  }
}

/** The bytes of the segment. */
export function segmentBytes(
  stub: Uint8Array,
  table: StartTable,
  distances: Distances,
): Uint8Array {
  const start = stub.length + QUADS * 8;
  const pool = new Pool(start);
  const [name, value] = table.defaultVariable;
  const message = utf8.encode(table.message);
  const files = table.files.flatMap(({ name, data, descriptor }) => [
    pool.text(name),
    pool.add(data),
    BigInt(data.length),
    BigInt(descriptor),
  ]);
  const values = [
    distances.entry,
    distances.environ,
    ...[pool.quads(files), BigInt(table.files.length)],
    ...pool.list(table.usual),
    ...pool.list(table.stage),
    ...pool.list(table.added),
    ...pool.list(table.dropped),
    ...pool.list(table.kept),
    ...[table.main, table.first, table.stageWord, table.endWord, table.flagStart]
      .map((text) => pool.text(text)),
    ...[pool.add(message), BigInt(message.length)],
    ...[pool.text(`${name}=`), pool.text(`${name}=${value}`)],
  ];
  pool.text(table.notice);
  values.push(BigInt(pool.length));
  if (values.length !== QUADS) throw new RangeError("Cannot lay out the table: its size is wrong");
  const bytes = new Uint8Array(pool.length);
  bytes.set(stub);
  const view = new DataView(bytes.buffer);
  values.forEach((value, n) => view.setBigInt64(stub.length + 8 * n, value, true));
  pool.copyTo(bytes, start);
  return bytes;
}
