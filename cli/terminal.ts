/**
 * The real terminal: where colour and width are decided.
 *
 * @module
 */
import { BpfmanError } from "../core/errors.ts";
import { COLOR_CHOICES, type ColorChoice } from "./command.ts";
import type { Terminal } from "./context.ts";
import { COLOR_STYLE, PLAIN_STYLE, type Style } from "./output/style.ts";
import { harmless, headOf, readable } from "./output/text_width.ts";
import { OutputClosed, writeAll } from "./write_all.ts";

/** Takes a line of the terminal back. */
const CLEAR = "\r\x1b[K";
/** Width that is taken for granted where a terminal does not tell its own. */
const USUAL_COLUMNS = 80;

/** What decides about colour. */
export interface ColorFacts {
  readonly choice: ColorChoice;
  readonly isTerminal: boolean;
  /** NO_COLOR is set. */
  readonly isUnwanted: boolean;
  /** Kind of the terminal; undefined where it may not be asked for. */
  readonly kind: () => string | undefined;
}

function columns(): number | null {
  try {
    const { columns } = Deno.consoleSize();
    // nobody has told the terminal its size
    return columns === 0 ? null : columns;
  } catch {
    // A terminal that does not tell its size gets whole lines.
    return null;
  }
}

/** What `--color` says; of words that mean nothing the parser tells later. */
export function colorChoice(args: readonly string[]): ColorChoice {
  const end = args.indexOf("--");
  const open = end === -1 ? args : args.slice(0, end);
  const found = open.flatMap((word, at) => {
    if (word === "--color") return [open[at + 1]?.toLowerCase()];
    return word.startsWith("--color=") ? [word.slice("--color=".length).toLowerCase()] : [];
  });
  return COLOR_CHOICES.find((choice) => choice === found.at(-1)) ?? "auto";
}

/** The style for a stream: what was asked for, else colour for people whose terminal has it. */
export function styleFor({ choice, isTerminal, isUnwanted, kind }: ColorFacts): Style {
  if (choice === "always") return COLOR_STYLE;
  const isPlain = choice === "never" || !isTerminal || isUnwanted || kind() === "dumb";
  return isPlain ? PLAIN_STYLE : COLOR_STYLE;
}

/** Kind of the terminal. A process that may not ask must not be asked about it, either. */
function terminalKind(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TERM" });
  return state === "granted" ? Deno.env.get("TERM") : undefined;
}

/** One line on standard error that the next output takes away. */
class StatusLine {
  #isShown = false;

  /** Shows a line in place of the one before; a longer one than the terminal is cut. */
  show(text: string): void {
    this.#isShown = true;
    const room = (columns() ?? USUAL_COLUMNS) - 1;
    writeAll(Deno.stderr, `${CLEAR}${headOf(harmless(text), room)}`);
  }

  /** Takes the line away, if there is one. */
  clear(): void {
    if (this.#isShown) writeAll(Deno.stderr, CLEAR);
    this.#isShown = false;
  }
}

/** Writes an answer. What was done is done when there is no room for it. */
function writeAnswer(text: string): void {
  try {
    writeAll(Deno.stdout, text);
  } catch (cause) {
    if (cause instanceof OutputClosed) throw cause;
    throw new BpfmanError("Cannot write to standard output", { code: "output-failed", cause });
  }
}

/**
 * Makes the terminal of this process.
 *
 * @param args Arguments of this process.
 */
export function openTerminal(args: readonly string[]): Terminal {
  const facts = { choice: colorChoice(args), isUnwanted: Deno.noColor, kind: terminalKind };
  const isTerminal = Deno.stdout.isTerminal();
  const isErrorSeen = Deno.stderr.isTerminal();
  const errorStyle = styleFor({ ...facts, isTerminal: isErrorSeen });
  const line = new StatusLine();
  const status = (text: string | null) => text === null ? line.clear() : line.show(text);
  return {
    out: (text) => {
      line.clear();
      writeAnswer(text);
    },
    err: (text) => {
      line.clear();
      writeAll(Deno.stderr, readable(text, errorStyle !== PLAIN_STYLE));
    },
    isErrorSeen,
    style: styleFor({ ...facts, isTerminal }),
    errorStyle,
    get width(): number | null {
      return isTerminal ? columns() : null;
    },
    ...(isErrorSeen && terminalKind() !== "dumb" ? { status } : {}),
  };
}
