/**
 * Packing and unpacking with a limit on what comes out.
 *
 * @module
 */
import { imageError } from "./errors.ts";

/** Bytes that are unpacked at once: a thousandfold of it is the most that can come out. */
const STEP = 4096;
/** Place of the operating system in the header of gzip, and the word for "unknown". */
const SYSTEM = { at: 9, unknown: 255 } as const;

/** True when the bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** True when the bytes begin as zstd does. */
export function isZstd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}

/** Joins pieces. */
export function joinBytes(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * Packs bytes. The header holds neither time nor system: the same bytes in, the same bytes out.
 *
 * @param bytes What to pack.
 */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  packed[SYSTEM.at] = SYSTEM.unknown;
  return packed;
}

function tooLarge(what: string, limit: number) {
  return imageError(
    "image-too-large",
    `Cannot unpack ${what}: more than ${limit} bytes come out of it`,
  );
}

/** Writes in small steps; ends early when nobody reads on. */
async function feed(writable: WritableStream<BufferSource>, bytes: Uint8Array<ArrayBuffer>) {
  const writer = writable.getWriter();
  try {
    for (let at = 0; at < bytes.length; at += STEP) {
      await writer.ready;
      await writer.write(bytes.subarray(at, at + STEP));
    }
    await writer.close();
  } catch {
    // the reader fails with the same reason
  }
}

async function gunzipStream(bytes: Uint8Array<ArrayBuffer>, what: string, limit: number) {
  const { readable, writable } = new DecompressionStream("gzip");
  const fed = feed(writable, bytes);
  const reader = readable.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > limit) throw tooLarge(what, limit);
      pieces.push(next.value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  } finally {
    await fed;
  }
  return joinBytes(pieces, length);
}

/** Unpacks what needs more than streams can: gzip in several parts, and zstd. */
async function unpackWhole(bytes: Uint8Array<ArrayBuffer>, what: string, limit: number) {
  const { gunzipSync, zstdDecompressSync } = await import("node:zlib");
  const unpack = isGzip(bytes) ? gunzipSync : zstdDecompressSync;
  try {
    return new Uint8Array(unpack(bytes, { maxOutputLength: limit }));
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(what, limit);
    throw imageError("image-malformed", `Cannot unpack ${what}: it is damaged`, { cause });
  }
}

/**
 * Unpacks gzip or zstd; other bytes are returned as they are.
 *
 * @param bytes What may be packed.
 * @param what What it is, for messages.
 * @param limit Most bytes that may come out.
 * @throws {BpfmanError} When more come out, or it is damaged.
 */
export async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  what: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (isZstd(bytes)) return await unpackWhole(bytes, what, limit);
  if (!isGzip(bytes)) return bytes;
  try {
    return await gunzipStream(bytes, what, limit);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // the stream knows one part only: whether more follow or it is damaged shows here
    return await unpackWhole(bytes, what, limit);
  }
}
