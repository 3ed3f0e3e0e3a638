/**
 * The real terminal: where colour and width are decided.
 *
 * @module
 */
import type { Terminal } from "./context.ts";
import { COLOR_STYLE, PLAIN_STYLE } from "./output/style.ts";
import { writeAll } from "./write_all.ts";

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
    isErrorSeen: Deno.stderr.isTerminal(),
    style: isTerminal && !Deno.noColor ? COLOR_STYLE : PLAIN_STYLE,
    get width(): number | null {
      return isTerminal ? columns() : null;
    },
  };
}
