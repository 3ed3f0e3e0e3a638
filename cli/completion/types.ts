/**
 * What completing a command line is about.
 *
 * @module
 */

/** Shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell. */
export type Shell = typeof SHELLS[number];

/** One word that may stand at the cursor. */
export interface Candidate {
  readonly word: string;
  /** What shells show beside it. */
  readonly text?: string;
}

/** What the rest of the line says, for whoever looks words up. */
export interface Clues {
  /** What is typed of the word. */
  readonly prefix: string;
  /** Values of an option or argument so far, by its name. */
  given(name: string): readonly string[];
}

/** Finds the words that there are of some kind. It may fail: then there are none. */
export type Source = (clues: Clues) => readonly Candidate[] | Promise<readonly Candidate[]>;

/** Kinds of words that are looked up when somebody asks. */
export const SOURCE_NAMES = [
  "applications",
  "cgroups",
  "commands",
  "functions",
  "generations",
  "globals",
  "images",
  "interfaces",
  "kernels",
  "links",
  "namespaces",
  "objectPrograms",
  "processes",
  "programs",
  "programSpecs",
  "rawTracepoints",
  "tracepoints",
] as const;

/** A kind of words that are looked up. */
export type SourceName = typeof SOURCE_NAMES[number];

/** What words are looked up in. */
export type Sources = Readonly<Record<SourceName, Source>>;

/** What completes a value. */
export interface Completion {
  /** Fixed words. */
  readonly words?: readonly string[];
  /** Words that are looked up. */
  readonly source?: SourceName;
  /** Paths, which the shell knows best. */
  readonly paths?: "files" | "directories";
}

/** What a shell is answered. */
export interface Answer {
  /** In the order in which they are best shown. */
  readonly candidates: readonly Candidate[];
  /** Paths may stand at the cursor, too. */
  readonly paths?: "files" | "directories";
  /** Characters of the word before the part that is a path, as in `--path=`. */
  readonly skip: number;
}
