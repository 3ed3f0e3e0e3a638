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

/** Fails when something takes too long. */
async function within<T>(work: Promise<T>, silenceMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TypeError("The connection fell silent")), silenceMs);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function readAtOnce(response: Response, silenceMs: number) {
  const reading = response.bytes();
  try {
    return await within(reading, silenceMs);
  } catch (error) {
    // it fails by itself once the connection is closed
    reading.catch(() => {});
    throw error;
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
  // the length of such a body is kept by the transport: reading it at once is bounded, and faster
  if (onBytes === undefined && response.headers.has("content-length")) {
    return await readAtOnce(response, silenceMs);
  }
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silenceMs);
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
