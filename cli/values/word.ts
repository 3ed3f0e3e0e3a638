/**
 * Readers of words from a fixed list.
 *
 * @module
 */
import {
  ENGINE_CHOICES,
  type EngineChoice,
  HOOK_WORDS,
  type HookWord,
} from "../../core/chain/model.ts";
import {
  type Direction,
  LINK_KINDS,
  type LinkKind,
  type NetkitEnd,
  PROGRAM_TYPES,
  type ProgramType,
  type XdpMode,
} from "../../core/types.ts";
import {
  BTF_FORMATS,
  COLOR_CHOICES,
  type JsonPathFormat,
  LANGUAGES,
  LIST_FORMATS,
  MANIFEST_FORMATS,
  OUTPUT_FORMATS,
  REPORT_FORMATS,
  TABLE_FORMATS,
  TLOG_WORDS,
  type ValueTypes,
} from "../command.ts";
import { type Shell, SHELLS } from "../completion/types.ts";
import { didYouMean } from "../nearest.ts";
import { ValueProblem } from "./problem.ts";

/** Sides of an interface. */
export const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];

/** Ends of a netkit pair. */
export const NETKIT_ENDS: readonly NetkitEnd[] = ["primary", "peer"];

/** Modes of XDP. */
export const XDP_MODES: readonly XdpMode[] = ["native", "generic"];

/** Results of XDP and TC programs, after which a chain may go on. */
export const PROCEED_ON_WORDS = [
  "aborted",
  "drop",
  "pass",
  "tx",
  "redirect",
  "unspec",
  "ok",
  "reclassify",
  "shot",
  "pipe",
  "stolen",
  "queued",
  "repeat",
  "trap",
  "dispatcher_return",
] as const;

/** Finds a word in a list, whatever its case. */
export function readWord<T extends string>(words: readonly T[], input: string): T {
  const word = words.find((candidate) => candidate === input.toLowerCase());
  if (word !== undefined) return word;
  throw new ValueProblem(`must be one of ${words.join(", ")}`, didYouMean(input, words));
}

/** Reads a program type. */
export function readProgramType(input: string): ProgramType {
  return readWord(PROGRAM_TYPES, input);
}

/** Reads a kind of link. */
export function readLinkKind(input: string): LinkKind {
  return readWord(LINK_KINDS, input);
}

/** Reads an engine, or the choice of the best one. */
export function readEngine(input: string): EngineChoice {
  return readWord(ENGINE_CHOICES, input);
}

/** Reads the kind of a dispatcher. */
export function readHookWord(input: string): HookWord {
  return readWord(HOOK_WORDS, input);
}

/** Reads a side of an interface. */
export function readDirection(input: string): Direction {
  return readWord(DIRECTIONS, input);
}

/** Reads an end of a netkit pair. */
export function readNetkitEnd(input: string): NetkitEnd {
  return readWord(NETKIT_ENDS, input);
}

/** Reads a mode of XDP. */
export function readXdpMode(input: string): XdpMode {
  return readWord(XDP_MODES, input);
}

const JSONPATH = "jsonpath=";

/** Finds a format in a list, or takes a template; that is parsed before the command runs. */
function readFormat<T extends string>(words: readonly T[], input: string): T | JsonPathFormat {
  const head = input.slice(0, JSONPATH.length).toLowerCase();
  if (head === JSONPATH) return `jsonpath=${input.slice(JSONPATH.length)}`;
  const word = words.find((candidate) => candidate === input.toLowerCase());
  if (word !== undefined) return word;
  throw new ValueProblem(
    `must be one of ${words.join(", ")} or jsonpath=EXPR`,
    didYouMean(input, words),
  );
}

/** Reads an output format. */
export function readOutputFormat(input: string): ValueTypes["outputFormat"] {
  return readFormat(OUTPUT_FORMATS, input);
}

/** Reads an output format of a command whose answer has tables. */
export function readTableFormat(input: string): ValueTypes["tableFormat"] {
  return readFormat(TABLE_FORMATS, input);
}

/** Reads an output format of a command that lists or shows objects. */
export function readListFormat(input: string): ValueTypes["listFormat"] {
  return readFormat(LIST_FORMATS, input);
}

/** Reads when output is coloured. */
export function readColorChoice(input: string): ValueTypes["colorChoice"] {
  return readWord(COLOR_CHOICES, input);
}

/** Reads an output format of a command that writes manifests. */
export function readManifestFormat(input: string): ValueTypes["manifestFormat"] {
  return readWord(MANIFEST_FORMATS, input);
}

/** Reads an output format of a report. */
export function readReportFormat(input: string): ValueTypes["reportFormat"] {
  return readFormat(REPORT_FORMATS, input);
}

/** Reads a form of types. */
export function readBtfFormat(input: string): ValueTypes["btfFormat"] {
  return readWord(BTF_FORMATS, input);
}

/** Reads a language. */
export function readLanguage(input: string): ValueTypes["language"] {
  return readWord(LANGUAGES, input);
}

/** Reads the name of a shell. */
export function readShell(input: string): Shell {
  return readWord(SHELLS, input);
}

/** Reads whether a log must have an entry. */
export function readTlog(input: string): ValueTypes["tlog"] {
  return readWord(TLOG_WORDS, input);
}

/** Reads a result of a program. */
export function readProceedOn(input: string): string {
  return readWord(PROCEED_ON_WORDS, input);
}
