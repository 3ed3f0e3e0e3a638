/**
 * Whole texts onto a standard stream.
 *
 * @module
 */

/** Either standard stream. */
type Stream = typeof Deno.stdout | typeof Deno.stderr;

/** Thrown when the reader of a stream has gone away, as `head` does. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

/** Writes a whole text. Throws OutputClosed when nobody reads. */
export function writeAll(stream: Stream, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(stream.writeSync(rest));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) {
        throw new OutputClosed("Cannot write: nobody reads", { cause: error });
      }
      // A slow reader behind a non-blocking pipe: the rest is tried again.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
}
