/**
 * Tar archives made by hand, good and bad ones.
 *
 * @module
 */

/** One entry. */
export interface TarEntry {
  readonly name: string;
  readonly data?: Uint8Array;
  /** Digit of the entry's type: 0 a file, 1 and 2 links, 3 and 4 devices, 5 a folder, 6 a pipe. @default "0" */
  readonly type?: string;
  /** Where a link leads. */
  readonly link?: string;
  /** Size that the header claims. @default that of the data */
  readonly claimedSize?: number;
}

const BLOCK = 512;
const encoder = new TextEncoder();

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

function header(entry: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  const { name, data = new Uint8Array(), type = "0", link = "" } = entry;
  put(name, 0);
  put(octal(0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(entry.claimedSize ?? data.length, 11), 124);
  put(octal(0, 11), 136);
  put(" ".repeat(8), 148);
  put(type, 156);
  put(link, 157);
  put("ustar\0" + "00", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)} `, 148);
  return block;
}

function padded(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  whole.set(data);
  return whole;
}

/** Puts byte arrays one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An archive of the entries, in their order. */
export function tarOf(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap((entry) => [header(entry), padded(entry.data ?? new Uint8Array())]);
  return concatenate([...parts, new Uint8Array(2 * BLOCK)]);
}

/** The bytes, packed with gzip. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Some megabytes of gzip that become many more: zeros, packed once for all of them. */
export async function gzipOfZeros(megabytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const zeros = new Uint8Array(1024 * 1024);
  let left = megabytes;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left-- > 0) controller.enqueue(zeros);
      else controller.close();
    },
  });
  const packed = source.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
