/**
 * Packing and unpacking with a limit on what comes out.
 *
 * @module
 */
import { imageError } from "./errors.ts";
import { gunzip, InflateError } from "./inflate.ts";

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

function unpackGzip(bytes: Uint8Array, what: string, limit: number): Uint8Array<ArrayBuffer> {
  try {
    return gunzip(bytes, limit);
  } catch (cause) {
    if (!(cause instanceof InflateError)) throw cause;
    if (cause.isTooLarge) throw tooLarge(what, limit);
    throw imageError("image-malformed", `Cannot unpack ${what}: it is damaged`, { cause });
  }
}

/** Few images have this kind, and what unpacks it takes long to load. */
async function unpackZstd(bytes: Uint8Array<ArrayBuffer>, what: string, limit: number) {
  const { zstdDecompressSync } = await import("node:zlib");
  try {
    return new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: limit }));
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
  if (isZstd(bytes)) return await unpackZstd(bytes, what, limit);
  return isGzip(bytes) ? unpackGzip(bytes, what, limit) : bytes;
}
