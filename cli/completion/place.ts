/**
 * Where in a command line the cursor is: which value of which argument, or an option's name.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { argumentKey } from "../parsed_input.ts";

/** What may stand at the cursor. */
export interface Place {
  /** Arguments whose value it may be; the first is the likeliest. */
  readonly values: readonly (OptionSpec | PositionalSpec)[];
  /** True where an option may begin. */
  readonly mayBeOption: boolean;
  /** Beginning of the word that is an option's name and an equals sign. */
  readonly head: string;
  /** Values so far, by the key of their argument. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

/** The state of a walk over the words before the cursor. */
interface Walk {
  readonly given: Map<string, string[]>;
  readonly words: string[];
  /** The option whose value comes next. */
  open: OptionSpec | undefined;
  /** The option that takes further values without its name. */
  spread: OptionSpec | undefined;
  isOver: boolean;
}

function note(walk: Walk, key: string, value: string): void {
  walk.given.set(key, [...walk.given.get(key) ?? [], value]);
}

function find(options: readonly OptionSpec[], name: string): OptionSpec | undefined {
  return options.find((spec) => name === `--${spec.name}` || name === `-${spec.short}`);
}

/** Takes one word that is no value of an open option. */
function takeWord(walk: Walk, word: string, options: readonly OptionSpec[]): void {
  const isSpread = walk.spread?.spread?.test(word) === true;
  if (walk.spread !== undefined && isSpread) return note(walk, walk.spread.name, word);
  walk.spread = undefined;
  if (walk.isOver || !/^-./.test(word)) {
    walk.words.push(word);
    return;
  }
  if (word === "--") {
    walk.isOver = true;
    return;
  }
  const at = word.indexOf("=");
  const option = find(options, at === -1 ? word : word.slice(0, at));
  if (option === undefined) return;
  if (option.type === "switch") return note(walk, option.name, "true");
  if (at === -1) walk.open = option;
  else note(walk, option.name, word.slice(at + 1));
}

function walkOver(words: readonly string[], options: readonly OptionSpec[]): Walk {
  const walk: Walk = {
    given: new Map(),
    words: [],
    open: undefined,
    spread: undefined,
    isOver: false,
  };
  for (const word of words) {
    const { open } = walk;
    if (open === undefined) {
      takeWord(walk, word, options);
      continue;
    }
    note(walk, open.name, word);
    walk.open = undefined;
    walk.spread = open.spread === undefined ? undefined : open;
  }
  return walk;
}

/** Hands the words to the positional arguments; gives the one that is next. */
function nextPositional(command: CommandSpec, walk: Walk): PositionalSpec | undefined {
  let at = 0;
  for (const spec of command.positionals) {
    const key = argumentKey(spec);
    if (walk.given.has(key)) continue;
    const mine = spec.repeat ? walk.words.slice(at) : walk.words.slice(at, at + 1);
    at += mine.length;
    if (mine.length > 0) walk.given.set(key, [...mine]);
    if (mine.length === 0 || spec.repeat) return spec;
  }
  return undefined;
}

/**
 * Finds the place of the cursor among the arguments of a command.
 *
 * @param command The command.
 * @param options Every option that it takes.
 * @param args Its arguments; the last is what is typed of the word at the cursor.
 */
export function findPlace(
  command: CommandSpec,
  options: readonly OptionSpec[],
  args: readonly string[],
): Place {
  const prefix = args.at(-1) ?? "";
  const walk = walkOver(args.slice(0, -1), options);
  const { open, spread, given } = walk;
  const positional = nextPositional(command, walk);
  if (open !== undefined) return { values: [open], mayBeOption: false, head: "", given };
  const at = prefix.startsWith("--") && !walk.isOver ? prefix.indexOf("=") : -1;
  if (at !== -1) {
    const option = find(options, prefix.slice(0, at));
    const isValued = option !== undefined && option.type !== "switch";
    const values = isValued ? [option] : [];
    return { values, mayBeOption: false, head: prefix.slice(0, at + 1), given };
  }
  const isOption = prefix.startsWith("-") && !walk.isOver;
  const values = isOption ? [] : [spread, positional].filter((spec) => spec !== undefined);
  return { values, mayBeOption: !walk.isOver, head: "", given };
}
