/**
 * Answers the script of a shell, in lines.
 *
 * @module
 */
import type { Host } from "../context.ts";
import { harmless } from "../output/text_width.ts";
import { complete } from "./complete.ts";
import { unquoteBash } from "./unquote.ts";
import { openSources } from "./sources.ts";
import type { Answer } from "./types.ts";

/** What would end a line of an answer early, or do something to the terminal. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** A word that something is typed on to. */
const OPEN_END = /[=:/]$/;

/** An answer as the scripts read it: kind of paths, characters before the path, glue; then words. */
export function answerText({ candidates, paths, skip }: Answer): string {
  const isGlued = candidates.length > 0 && candidates.every(({ word }) => OPEN_END.test(word));
  const lines = candidates.filter(({ word }) => !CONTROL.test(word)).map(({ word, text }) =>
    text === undefined ? word : `${word}\t${harmless(text.replaceAll(/\s+/g, " "))}`
  );
  return `${[`${paths ?? "none"} ${skip} ${isGlued ? "glue" : "space"}`, ...lines].join("\n")}\n`;
}

/**
 * Answers one question: `SHELL -- WORD...`. Whatever goes wrong, whoever is typing is not told.
 *
 * @param args Arguments of the hidden command.
 * @param host The outside world.
 */
export async function answerLine(args: readonly string[], host: Host): Promise<void> {
  try {
    const [shell, dashes, ...typed] = args;
    if (dashes !== "--") return;
    const words = shell === "bash" ? typed.map(unquoteBash) : typed;
    host.terminal.out(answerText(await complete(words, openSources(host))));
  } catch {
    // an error message would stand in the middle of the line that is being typed
  }
}
