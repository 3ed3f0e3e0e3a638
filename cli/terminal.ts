/**
 * The real terminal: where colour, width and broken pipes are dealt with.
 *
 * @module
 */
import type { Terminal } from "./context.ts";
import { COLOR_STYLE, PLAIN_STYLE } from "./output/style.ts";

/** Either standard stream. */
type Stream = typeof Deno.stdout | typeof Deno.stderr;

/** Thrown when the reader of standard output has gone away, as `head` does. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

function writeAll(stream: Stream, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(stream.writeSync(rest));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) {
        throw new OutputClosed("nobody reads", { cause: error });
      }
      // A slow reader behind a non-blocking pipe: the rest is tried again.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
}

function columns(): number | null {
  try {
    return Deno.consoleSize().columns;
  } catch {
    // A terminal that does not tell its size gets whole lines.
    return null;
  }
}

/** Makes the terminal of this process. */
export function openTerminal(): Terminal {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    out: (text) => writeAll(Deno.stdout, text),
    err: (text) => writeAll(Deno.stderr, text),
    style: isTerminal && !Deno.noColor ? COLOR_STYLE : PLAIN_STYLE,
    get width(): number | null {
      return isTerminal ? columns() : null;
    },
  };
}
