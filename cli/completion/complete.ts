/**
 * Completes a command line: the words before the cursor in, the words that may stand there out. Pure
 * but for what is looked up.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { COMMANDS } from "../commands/mod.ts";
import { GLOBAL_OPTIONS } from "../options.ts";
import { optionsOf } from "../options_of.ts";
import { findRoute, nextWords, splitLeadingOptions } from "../route.ts";
import { completionOf } from "./decisions.ts";
import { findPlace, type Place } from "./place.ts";
import type { Answer, Candidate, Clues, Completion, Sources } from "./types.ts";

/** A place with what is typed there. */
interface Cursor {
  readonly place: Place;
  readonly prefix: string;
  readonly sources: Sources;
}

/** Words below a word that are named beside it. */
const MOST_NAMED = 6;

const NOTHING: Answer = { candidates: [], skip: 0 };

/** What a command is about, by the words that lead to it; of several commands their next words. */
function summaryOf(words: readonly string[]): string {
  const path = words.join(" ");
  const seen = COMMANDS.filter(({ isHidden }) => isHidden !== true);
  const exact = seen.find(({ paths }) => paths.includes(path));
  if (exact !== undefined) return exact.summary;
  const below = nextWords(seen, words);
  return below.length > MOST_NAMED
    ? `${below.slice(0, MOST_NAMED).join(", ")}, …`
    : below.join(", ");
}

/** Words of commands that may come next. */
function commandWords(before: readonly string[]): Candidate[] {
  const spoken = before.filter((word) => !/^\d+$/.test(word));
  return nextWords(COMMANDS, before).map((word) => withText(word, summaryOf([...spoken, word])));
}

function withText(word: string, text: string | undefined): Candidate {
  return { word, ...(text === undefined || text === "" ? {} : { text }) };
}

/** Looks words up. What cannot be looked up is no reason to bother whoever is typing. */
async function lookUp(completion: Completion, cursor: Cursor, prefix: string) {
  const fixed = (completion.words ?? []).map((word): Candidate => ({ word }));
  const { source } = completion;
  if (source === undefined) return fixed;
  const { given } = cursor.place;
  const clues: Clues = { prefix, given: (name) => given.get(name) ?? [] };
  if (source === "commands") return [...fixed, ...commandWords(clues.given("COMMAND"))];
  try {
    return [...fixed, ...await cursor.sources[source](clues)];
  } catch {
    return fixed;
  }
}

/** Characters of a value before the part that is looked up: earlier values of a list, or a key. */
function headOf(spec: OptionSpec | PositionalSpec, value: string): number {
  const isList = "isCommaList" in spec && spec.isCommaList === true;
  if (isList) return value.lastIndexOf(",") + 1;
  const hasKey = spec.type === "kernelBtf" ||
    spec.type === "imageInput" && value.startsWith("linux/");
  return hasKey ? value.indexOf("=") + 1 : 0;
}

async function valuesOf(spec: OptionSpec | PositionalSpec, cursor: Cursor): Promise<Answer> {
  const completion = completionOf(spec);
  if (completion === undefined) return NOTHING;
  const { place: { head, given }, prefix } = cursor;
  const value = prefix.slice(head.length);
  const skip = headOf(spec, value);
  const known = value.slice(0, skip);
  const found = await lookUp(completion, cursor, value.slice(skip));
  const key = "option" in spec && spec.option !== undefined ? spec.option.name : spec.name;
  const used = spec.repeat === true ? [...given.get(key) ?? [], ...known.split(",")] : [];
  return {
    candidates: found.filter(({ word }) => !used.includes(word))
      .map(({ word, text }) => withText(`${head}${known}${word}`, text)),
    ...(completion.paths === undefined ? {} : { paths: completion.paths }),
    skip: head.length + skip,
  };
}

/** Names of options that may still be given, those that are needed first. */
function optionNames(options: readonly OptionSpec[], { place, prefix }: Cursor): Candidate[] {
  const open = options.filter(({ name, repeat }) => repeat === true || !place.given.has(name));
  const needed = open.filter(({ name, isRequired }) => isRequired && !place.given.has(name));
  // as long as something is needed the others wait until a dash is typed
  const ordered = needed.length > 0 && prefix === "" ? needed : [...new Set([...needed, ...open])];
  const isShort = /^-[A-Za-z]$/.test(prefix);
  return ordered.map(({ name, short, summary }) =>
    withText(isShort && prefix === `-${short}` ? prefix : `--${name}`, summary)
  );
}

/** What may stand at the cursor in the arguments of a command. */
async function argumentWords(
  command: CommandSpec,
  args: readonly string[],
  { prefix, sources }: { readonly prefix: string; readonly sources: Sources },
): Promise<Answer> {
  const options = optionsOf(command);
  const place = findPlace(command, options, args);
  const cursor: Cursor = { place, prefix, sources };
  const answers = await Promise.all(place.values.map((spec) => valuesOf(spec, cursor)));
  const candidates = answers.flatMap((answer) => answer.candidates);
  const paths = answers.find((answer) => answer.paths !== undefined);
  const isAsked = prefix.startsWith("-") || place.values.length === 0;
  const names = place.mayBeOption && isAsked ? optionNames(options, cursor) : [];
  return {
    candidates: [...candidates, ...names],
    ...(paths?.paths === undefined ? {} : { paths: paths.paths }),
    skip: paths?.skip ?? 0,
  };
}

/** Arguments that a word of a spelling stands for, as PROGRAM-ID in `attach PROGRAM-ID xdp`. */
async function capturedWords(
  before: readonly string[],
  cursor: Cursor,
): Promise<readonly Candidate[]> {
  const beginning = before.length === 0 ? "" : `${before.join(" ")} `;
  for (const command of COMMANDS) {
    for (const path of command.paths) {
      const next = path.startsWith(beginning) ? path.slice(beginning.length).split(" ")[0] : "";
      const spec = command.positionals.find(({ name }) => name === next);
      if (spec !== undefined) return (await valuesOf(spec, cursor)).candidates;
    }
  }
  return [];
}

/** The global options before the command, and what follows them; undefined among them. */
function afterGlobals(words: readonly string[]): readonly string[] | undefined {
  try {
    const { words: rest } = splitLeadingOptions(words.slice(0, -1), GLOBAL_OPTIONS);
    const last = words.at(-2) ?? "";
    const name = rest.length === 0 && !last.includes("=") ? last : "";
    const option = GLOBAL_OPTIONS.find((spec) => `--${spec.name}` === name);
    if (option !== undefined && option.type !== "switch") return undefined;
    return [...rest, words.at(-1) ?? ""];
  } catch {
    return undefined;
  }
}

/** What all global options are to, where no command is named yet. */
const NO_COMMAND: CommandSpec = {
  id: "",
  paths: [""],
  group: "Other",
  summary: "",
  description: "",
  examples: [],
  positionals: [],
  options: [],
  permissions: "help",
  load: () => Promise.reject(new TypeError("Cannot run: no command is named")),
};

/** The line of the command that another one takes; undefined before its first word. */
function takenLine(command: CommandSpec, args: readonly string[]): readonly string[] | undefined {
  if (command.takesCommand !== true) return undefined;
  const dashes = args.indexOf("--");
  const spoken = args.filter((_, at) => at !== dashes);
  try {
    const options = optionsOf(command);
    const { options: own, words } = splitLeadingOptions(spoken, options);
    if (words.length === 0) return undefined;
    const { given } = findPlace(command, options, [...own, ""]);
    // such as the directory that ids are looked up in
    const globals = GLOBAL_OPTIONS.filter(({ type }) => type !== "switch").flatMap(({ name }) =>
      (given.get(name) ?? []).map((value) => `--${name}=${value}`)
    );
    return [...globals, ...words];
  } catch {
    return undefined;
  }
}

async function wordsAt(words: readonly string[], sources: Sources): Promise<Answer> {
  const prefix = words.at(-1) ?? "";
  const rest = afterGlobals(words);
  const cursor = { prefix, sources };
  if (rest === undefined) return await argumentWords(NO_COMMAND, words, cursor);
  const before = rest.slice(0, -1);
  if (before.length === 0 && prefix.startsWith("-")) {
    return await argumentWords(NO_COMMAND, words, cursor);
  }
  const globals = words.slice(0, words.length - rest.length);
  const { given } = findPlace(NO_COMMAND, GLOBAL_OPTIONS, [...globals, ""]);
  const place: Place = { values: [], mayBeOption: false, head: "", given };
  const next = commandWords(before);
  const captured = next.length > 0 ? await capturedWords(before, { ...cursor, place }) : [];
  const route = before.length === 0 ? undefined : findRoute(COMMANDS, before);
  if (route === undefined || route.command.isHidden === true) {
    return { candidates: [...next, ...captured], skip: 0 };
  }
  const taken = takenLine(route.command, route.args);
  if (taken !== undefined) return await wordsAt([...globals, ...taken, prefix], sources);
  const answer = await argumentWords(
    route.command,
    [...globals, ...route.args, prefix],
    cursor,
  );
  return { ...answer, candidates: [...next, ...answer.candidates] };
}

/**
 * Completes a command line.
 *
 * @param words The words after the tool's name up to the cursor; the last is what is typed of the
 * word at the cursor, and may be empty.
 * @param sources What words are looked up in.
 */
export async function complete(words: readonly string[], sources: Sources): Promise<Answer> {
  const answer = await wordsAt(words, sources);
  const prefix = words.at(-1) ?? "";
  const seen = new Set<string>();
  const candidates = answer.candidates.filter(({ word }) => {
    const isNew = word.startsWith(prefix) && !seen.has(word);
    seen.add(word);
    return isNew;
  });
  return { ...answer, candidates };
}
