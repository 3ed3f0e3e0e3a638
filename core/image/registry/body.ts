/**
 * Bodies of answers, never read further than allowed.
 *
 * @module
 */
import { imageError } from "../errors.ts";
import { joinBytes } from "../gzip.ts";

/** How a body is read. */
export interface BodyOptions {
  /** Most bytes. */
  readonly limit: number;
  /** What it is, for messages. */
  readonly what: string;
  /** Told about each piece: bytes so far. */
  readonly onBytes?: (done: number) => void;
  /** Silence after which the connection counts as broken, milliseconds. */
  readonly silenceMs: number;
}

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** Reads on, or fails when nothing comes for a while. */
async function readPiece(reader: Reader, silenceMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TypeError("The connection fell silent")), silenceMs);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads a body.
 *
 * @throws {BpfmanError} `image-too-large` when there is more than the limit.
 * @throws {TypeError} When the connection breaks.
 */
export async function readBody(
  response: Response,
  { limit, what, onBytes, silenceMs }: BodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    imageError("image-too-large", `Cannot read ${what}: it has more than ${limit} bytes`);
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > limit) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await readPiece(reader, silenceMs);
      if (done) break;
      length += value.length;
      if (length > limit) throw tooLarge();
      pieces.push(value);
      onBytes?.(length);
    }
  } catch (error) {
    // what has failed to be read cannot fail to be closed in a way that matters
    reader.cancel().catch(() => {});
    throw error;
  }
  return joinBytes(pieces, length);
}
