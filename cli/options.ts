/**
 * Options that several commands share, as data.
 *
 * @module
 */
import type { OptionSpec, PositionalSpec } from "./command.ts";

/** Directory of the state. */
export const RUNTIME_DIRECTORY: OptionSpec<"absolutePath"> = {
  name: "runtime-dir",
  type: "absolutePath",
  placeholder: "DIR",
  summary: "Directory of pins and state, absolute",
  env: "BPFMAN_RUNTIME_DIR",
  defaultText: "/run/bpfman",
};

/** Configuration file. */
export const CONFIG: OptionSpec<"text"> = {
  name: "config",
  type: "text",
  placeholder: "FILE",
  summary: "Configuration file; read by commands that load, attach or talk to registries",
  env: "BPFMAN_CONFIG",
  defaultText: "/etc/bpfman/bpfman.toml",
};

/** Longest wait for the lock. */
export const LOCK_TIMEOUT: OptionSpec<"duration"> = {
  name: "lock-timeout",
  type: "duration",
  placeholder: "DURATION",
  summary: "Longest wait for another process, such as 500ms, 30s or 1m30s; 0 waits for ever",
  env: "BPFMAN_LOCK_TIMEOUT",
  defaultText: "30s",
};

/** More words on errors. */
export const VERBOSE: OptionSpec<"switch"> = {
  name: "verbose",
  short: "v",
  type: "switch",
  summary: "Say more, such as the chain of causes of an error",
};

/** What took how long. */
export const TIMING: OptionSpec<"switch"> = {
  name: "timing",
  type: "switch",
  summary: "Say on standard error what took how long, and how long each privilege was in effect",
};

/** Colour; read before anything is parsed, by `colorChoice()` of terminal.ts. */
const COLOR: OptionSpec<"colorChoice"> = {
  name: "color",
  type: "colorChoice",
  placeholder: "WHEN",
  summary: "Colour: auto (at terminals), always or never",
  defaultText: "auto",
};

/** Help; handled before anything is parsed. */
const HELP: OptionSpec<"switch"> = {
  name: "help",
  short: "h",
  type: "switch",
  summary: "Show help of the command",
};

/** Options of every command. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  CONFIG,
  RUNTIME_DIRECTORY,
  LOCK_TIMEOUT,
  VERBOSE,
  TIMING,
  COLOR,
  HELP,
];

/** Directory of stored kernels and images. */
export const DATA_DIRECTORY: OptionSpec<"absolutePath"> = {
  name: "data-dir",
  type: "absolutePath",
  placeholder: "DIR",
  summary: "Directory of data that stays, absolute",
  env: "BPFMAN_DATA_DIR",
  defaultText: "/var/lib/bpfman; for users ~/.local/share/bpfman",
};

/** Output format. */
export const OUTPUT: OptionSpec<"outputFormat"> = {
  name: "output",
  short: "o",
  type: "outputFormat",
  placeholder: "FORMAT",
  summary: "Output format: text, json, yaml or jsonpath=EXPR",
  defaultText: "text",
};

/** Output format of commands whose answer has tables. */
export const TABLE_OUTPUT: OptionSpec<"tableFormat"> = {
  name: "output",
  short: "o",
  type: "tableFormat",
  placeholder: "FORMAT",
  summary: "Output format: text, wide, json, yaml or jsonpath=EXPR",
  defaultText: "text",
};

/** Output format of commands that list or show objects. */
export const LIST_OUTPUT: OptionSpec<"listFormat"> = {
  name: "output",
  short: "o",
  type: "listFormat",
  placeholder: "FORMAT",
  summary: "Output format: text, wide, json, yaml, name or jsonpath=EXPR",
  defaultText: "text",
};

/** Types of the options that choose the output's format. */
const FORMAT_TYPES = ["outputFormat", "tableFormat", "listFormat", "reportFormat"] as const;

/** An option that chooses the output's format. */
export type FormatOption = OptionSpec<typeof FORMAT_TYPES[number]>;

/** True for the options that choose the output's format, by whatever name. */
export function isFormatOption(option: OptionSpec): option is FormatOption {
  return FORMAT_TYPES.some((type) => type === option.type);
}

/** Tables with all columns. */
export const WIDE: OptionSpec<"switch"> = {
  name: "wide",
  type: "switch",
  summary: "Show all columns and cut nothing, the same as -o wide",
};

/** Metadata to keep with a new program or link. */
export const METADATA: OptionSpec<"metadata"> = {
  name: "metadata",
  short: "m",
  type: "metadata",
  placeholder: "KEY=VALUE",
  summary: "Metadata to keep with it; may be repeated",
  repeat: true,
};

/** Metadata that listed programs must have. */
export const METADATA_SELECTOR: OptionSpec<"metadata"> = {
  name: "metadata-selector",
  short: "m",
  type: "metadata",
  placeholder: "KEY=VALUE",
  summary: "Only with this metadata on the program; may be repeated, all must match",
  repeat: true,
};

/** Label selector over the metadata. */
export const SELECTOR: OptionSpec<"selector"> = {
  name: "selector",
  short: "l",
  type: "selector",
  placeholder: "SELECTOR",
  summary: "Only where the metadata of the program matches, such as: app=shop,tier in (a, b),!old",
};

/** Application that listed programs must belong to. */
export const APPLICATION_FILTER: OptionSpec<"text"> = {
  name: "application",
  type: "text",
  placeholder: "NAME",
  completes: { source: "applications" },
  summary: "Only of this application",
};

/** Types that listed programs must have. */
export const PROGRAM_TYPE_FILTER: OptionSpec<"programType"> = {
  name: "program-type",
  short: "p",
  type: "programType",
  placeholder: "TYPE",
  summary: "Only of these program types; comma list, may be repeated",
  repeat: true,
  isCommaList: true,
};

/** Ids only. */
export const QUIET: OptionSpec<"switch"> = {
  name: "quiet",
  short: "q",
  type: "switch",
  summary: "Only ids, one a line",
};

/** Absent ids are fine. */
export const IGNORE_MISSING: OptionSpec<"switch"> = {
  name: "ignore-missing",
  type: "switch",
  summary: "Take an id that does not exist as done",
};

/** Network namespace of an interface. */
export const NETNS: OptionSpec<"text"> = {
  name: "netns",
  short: "n",
  type: "text",
  placeholder: "PATH",
  completes: { source: "namespaces", paths: "files" },
  summary: "Network namespace of the interface, such as /run/netns/blue",
};

/** A loaded program. */
export const PROGRAM_ID: PositionalSpec<"id"> = {
  name: "PROGRAM-ID",
  type: "id",
  summary: "Kernel id of a loaded program",
};

/** Several loaded programs. */
export const PROGRAM_IDS: PositionalSpec<"id"> = {
  name: "PROGRAM-ID",
  type: "id",
  summary: "Kernel ids of loaded programs",
  repeat: true,
};

/** A link. */
export const LINK_ID: PositionalSpec<"id"> = {
  name: "LINK-ID",
  type: "id",
  summary: "Id of a link, as attach printed it",
};

/** Several links. */
export const LINK_IDS: PositionalSpec<"id"> = {
  name: "LINK-ID",
  type: "id",
  summary: "Ids of links, as attach printed them",
  repeat: true,
};
