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
}

/**
 * Reads a body.
 *
 * @throws {BpfmanError} `image-too-large` when there is more than the limit.
 * @throws {TypeError | DOMException} When the connection breaks, or takes longer than the request may.
 */
export async function readBody(
  response: Response,
  { limit, what, onBytes }: BodyOptions,
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
    return await response.bytes();
  }
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
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
