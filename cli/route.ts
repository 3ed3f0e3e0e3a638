/**
 * From words to a command: every spelling of every command, and what to say of unknown ones.
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import type { CommandSpec, OptionSpec } from "./command.ts";
import { didYouMean } from "./nearest.ts";

/** A command that was found. */
export interface Route {
  readonly command: CommandSpec;
  /** The spelling that was used. */
  readonly path: string;
  /** Arguments of the command: options before the words, captured words, then the rest. */
  readonly args: readonly string[];
}

/** Arguments cut in two. */
interface Split {
  readonly options: readonly string[];
  readonly words: readonly string[];
}

function isCapture(word: string): boolean {
  return word === word.toUpperCase();
}

/** Cuts off the global options before the first word. */
export function splitLeadingOptions(
  args: readonly string[],
  globals: readonly OptionSpec[],
): Split {
  let at = 0;
  while (args[at]?.startsWith("-")) {
    const [name = ""] = (args[at] ?? "").split("=", 1);
    const option = globals.find((spec) => name === `--${spec.name}` || name === `-${spec.short}`);
    if (option === undefined) {
      const names = globals.map((spec) => `--${spec.name}`);
      throw usageError(
        `Unknown option "${name}" before the command`,
        didYouMean(name, names) ?? "Write options of a command after the command",
      );
    }
    at += option.type === "switch" || args[at]?.includes("=") ? 1 : 2;
  }
  return { options: args.slice(0, at), words: args.slice(at) };
}

/** Number of leading pattern words that fit. */
function matchLength(pattern: readonly string[], words: readonly string[]): number {
  const end = pattern.findIndex((word, index) => {
    const typed = words[index];
    if (typed === undefined) return true;
    return isCapture(word) ? typed.startsWith("-") : typed !== word;
  });
  return end === -1 ? pattern.length : end;
}

/** Words that may follow the given ones. */
export function nextWords(commands: readonly CommandSpec[], words: readonly string[]): string[] {
  const next = new Set<string>();
  const seen = commands.filter(({ isHidden }) => isHidden !== true);
  for (const path of seen.flatMap((command) => command.paths)) {
    const pattern = path.split(" ");
    const word = pattern[words.length];
    if (word !== undefined && !isCapture(word) && matchLength(pattern, words) >= words.length) {
      next.add(word);
    }
  }
  return [...next];
}

/** Commands with a spelling that begins with exactly these words and goes on. */
export function commandsBelow(
  commands: readonly CommandSpec[],
  words: readonly string[],
): CommandSpec[] {
  const beginning = `${words.join(" ")} `;
  return commands.filter((command) => command.paths.some((path) => path.startsWith(beginning)));
}

/** Finds the command whose spelling covers most of the words. */
export function findRoute(
  commands: readonly CommandSpec[],
  words: readonly string[],
): Route | undefined {
  let best: Route | undefined;
  let length = 0;
  for (const command of commands) {
    for (const path of command.paths) {
      const pattern = path.split(" ");
      if (pattern.length < length || matchLength(pattern, words) < pattern.length) continue;
      const isMeant = command.isMeant?.(path, words.slice(pattern.length));
      if (isMeant === false || pattern.length === length && isMeant !== true) continue;
      length = pattern.length;
      const captured = words.slice(0, length).filter((_, index) => isCapture(pattern[index] ?? ""));
      best = { command, path, args: [...captured, ...words.slice(length)] };
    }
  }
  return best;
}

/** Number of leading words that some command knows. */
function knownPrefix(commands: readonly CommandSpec[], words: readonly string[]): number {
  const patterns = commands.flatMap((command) => command.paths).map((path) => path.split(" "));
  return Math.max(0, ...patterns.map((pattern) => matchLength(pattern, words)));
}

/** Makes the error for words that are no command. */
function unknownCommand(commands: readonly CommandSpec[], words: readonly string[]): Error {
  const known = words.slice(0, knownPrefix(commands, words));
  const next = nextWords(commands, known);
  const typed = words[known.length];
  if (typed === undefined || typed.startsWith("-")) {
    return usageError(
      `Incomplete command "${known.join(" ")}": expected one of ${next.join(", ")}`,
    );
  }
  const hint = didYouMean(typed, next) ?? `Expected one of ${next.join(", ")}`;
  return usageError(`Unknown command "${[...known, typed].join(" ")}"`, hint);
}

/** The documented spelling without words that stand for arguments, such as `attach xdp`. */
export function spokenName({ paths: [path] }: CommandSpec): string {
  return path.split(" ").filter((word) => !isCapture(word)).join(" ");
}

/** Finds the command, or throws a usage error that names the nearest one. */
export function resolveRoute(
  commands: readonly CommandSpec[],
  words: readonly string[],
): Route {
  const route = findRoute(commands, words);
  const [next] = route?.args ?? [];
  // `program lst`: the noun alone is a command, but it takes no words.
  if (route === undefined) throw unknownCommand(commands, words);
  const isStray = next !== undefined && !next.startsWith("-") &&
    route.command.positionals.length === 0;
  if (isStray && nextWords(commands, route.path.split(" ")).length > 0) {
    throw unknownCommand(commands, words);
  }
  return route;
}
