/**
 * Small rewrites of the command line before it is parsed: word lists after one option, and
 * letters that two options share.
 *
 * @module
 */
import type { OptionSpec } from "./command.ts";

function find(options: readonly OptionSpec[], word: string): OptionSpec | undefined {
  return options.find((spec) => word === `--${spec.name}` || word === `-${spec.short}`);
}

function findShared(
  options: readonly OptionSpec[],
  word: string,
  next: string | undefined,
): OptionSpec | undefined {
  return options.find((spec) =>
    spec.sharedShort !== undefined && word === `-${spec.sharedShort.letter}` &&
    next !== undefined && spec.sharedShort.pattern.test(next)
  );
}

/**
 * Turns `--programs a b` into `--programs=a --programs=b`, and `-o 16` into `--offset=16` where the
 * options say so. Everything after `--` stays as it is.
 */
export function rewriteArguments(
  args: readonly string[],
  options: readonly OptionSpec[],
): string[] {
  const result: string[] = [];
  let at = 0;
  while (at < args.length) {
    const word = args[at++] ?? "";
    if (word === "--") return [...result, word, ...args.slice(at)];
    const shared = findShared(options, word, args[at]);
    if (shared !== undefined) {
      result.push(`--${shared.name}=${args[at++]}`);
      continue;
    }
    result.push(word);
    const { spread, name } = find(options, word) ?? {};
    if (spread === undefined || at >= args.length) continue;
    result.push(args[at++] ?? "");
    while (at < args.length && spread.test(args[at] ?? "")) result.push(`--${name}=${args[at++]}`);
  }
  return result;
}
