/**
 * Help from the command data: one page for the tool, one for each command and word.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { foldValue } from "./fold.ts";
import type { Style } from "./style.ts";

function valueWord(option: OptionSpec): string {
  return option.placeholder === undefined ? "" : ` ${option.placeholder}`;
}

function positionalWord(spec: PositionalSpec): string {
  const word = spec.repeat ? `${spec.name}...` : spec.name;
  const said = spec.option === undefined || spec.name === "PATH" || spec.name === "IMAGE"
    ? word
    : `--${spec.option.name} ${word}`;
  return spec.isOptional ? `[${said}]` : said;
}

/** How a page is shown. */
export interface HelpOptions {
  readonly style: Style;
  /** Columns of the terminal. Null keeps whole lines. */
  readonly width: number | null;
}

/** One-line usage of a command in its documented spelling. */
export function usageLine(command: CommandSpec): string {
  const [path] = command.paths;
  const open = command.positionals.filter((spec) => !path.split(" ").includes(spec.name));
  const required = command.options.filter((option) => option.isRequired);
  const hasMore = command.options.length > required.length;
  return [
    "bpfman",
    path,
    ...open.map(positionalWord),
    ...required.map((option) =>
      `--${option.name}${valueWord(option)}${option.repeat ? "..." : ""}`
    ),
    ...(hasMore ? ["[OPTIONS]"] : []),
  ].join(" ");
}

/** The two lines that follow a usage error. */
export function usageHint(command: CommandSpec | undefined): string {
  if (command === undefined) {
    return 'Usage: bpfman COMMAND [OPTIONS]\nTry "bpfman --help" for the commands.\n';
  }
  const words = command.paths[0].split(" ").filter((word) => word !== word.toUpperCase());
  return `Usage: ${usageLine(command)}\nTry "bpfman ${words.join(" ")} --help" for more.\n`;
}

/** Other spellings of a command with their arguments. */
function otherSpellings(command: CommandSpec): string[] {
  return command.paths.slice(1).map((path) => {
    const open = command.positionals.filter((spec) => !path.split(" ").includes(spec.name));
    const words = open.map((spec) => spec.repeat ? `${spec.name}...` : spec.name);
    return ["bpfman", path, ...words].join(" ");
  });
}

/** Least room for texts beside their names. */
const LEAST_TEXT = 28;
const BELOW = " ".repeat(10);

/** Whether all texts can be read beside their names; else each stands below its own. */
function fitsBeside(texts: readonly string[], room: number): boolean {
  if (texts.every((text) => text.length <= room)) return true;
  return room >= LEAST_TEXT &&
    texts.every((text) => text.split(" ").every((word) => word.length <= room));
}

/** Sets rows of a name and a text into two columns. */
function columns(
  rows: readonly (readonly [name: string, text: string])[],
  { style, width }: HelpOptions,
): string[] {
  const longest = Math.max(0, ...rows.map(([name]) => name.length));
  const texts = rows.map(([, text]) => text);
  if (width !== null && !fitsBeside(texts, width - longest - 4)) {
    return rows.flatMap(([name, text]) => [
      `  ${style.id(name)}`,
      ...foldValue(BELOW, text, width),
    ]);
  }
  return rows.flatMap(([name, text]) => {
    const label = `  ${name.padEnd(longest)}  `;
    const [first = "", ...others] = foldValue(label, text, width);
    return [`  ${style.id(name)}${first.slice(name.length + 2)}`, ...others];
  });
}

/** A line about arguments: further lines begin below the word after the tool's name. */
function callLines(call: string, { width }: HelpOptions): string[] {
  return foldValue("  bpfman ", call.slice("bpfman ".length), width);
}

/** Name and text of an option. */
export function optionRow(option: OptionSpec): readonly [string, string] {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const notes = [
    option.defaultText === undefined ? "" : `default ${option.defaultText}`,
    option.env === undefined ? "" : `env ${option.env}`,
    option.isRequired ? "required" : "",
  ].filter((note) => note !== "");
  const tail = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return [`${short}--${option.name}${valueWord(option)}`, `${option.summary}${tail}`];
}

/** Name and text of an argument. */
export function positionalRow(spec: PositionalSpec): readonly [string, string] {
  const { option } = spec;
  if (option === undefined) return [spec.name, spec.summary];
  const names = [
    `--${option.name}`,
    ...(option.short === undefined ? [] : [`-${option.short}`]),
  ];
  return [spec.name, `${spec.summary} (or ${names.join(", ")})`];
}

/** A titled part of a page; nothing without lines. */
function part(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.header(title), ...lines, ""];
}

/** Help of one command. */
export function commandHelp(
  command: CommandSpec,
  globals: readonly OptionSpec[],
  options: HelpOptions,
): string {
  const { style, width } = options;
  // comments and commands stay whole, to be copied
  const examples = command.examples.flatMap(({ comment, command: line }) => [
    `  ${style.dim(`# ${comment}`)}`,
    `  ${line}`,
  ]);
  const table = (rows: readonly (readonly [string, string])[]) => columns(rows, options);
  return [
    ...foldValue("", command.summary, width),
    "",
    ...part("EXAMPLES", examples, style),
    ...part("USAGE", callLines(usageLine(command), options), style),
    ...foldValue("", command.description, width),
    "",
    ...part("ARGUMENTS", table(command.positionals.map(positionalRow)), style),
    ...part("OPTIONS", table(command.options.map(optionRow)), style),
    ...part("GLOBAL OPTIONS", table(globals.map(optionRow)), style),
    ...part(
      "OTHER SPELLINGS",
      otherSpellings(command).flatMap((call) => callLines(call, options)),
      style,
    ),
  ].join("\n");
}

/** Examples of the tool as a whole. */
export const ROOT_EXAMPLES: readonly string[] = [
  "# Load a program, attach it, look, and take both away again",
  "bpfman load file counter.bpf.o --programs xdp:xdp_counter",
  "bpfman attach 63 xdp --iface eth0 --priority 50",
  "bpfman list programs",
  "bpfman detach 7",
  "bpfman unload 63",
];

/** What a page about several commands covers. */
export interface HelpTopic {
  readonly commands: readonly CommandSpec[];
  /** Words that they begin with; none for the whole tool. */
  readonly words: readonly string[];
}

function groupRows(commands: readonly CommandSpec[], options: HelpOptions): string[] {
  return (
    ["Applications", "Programs", "Links", "Images", "Policy", "Bytecode", "Other"] as const
  ).flatMap(
    (group) => {
      const rows = commands.filter((command) =>
        command.group === group && command.isHidden !== true
      )
        .map((command) => [command.paths[0], command.summary] as const);
      return part(group.toUpperCase(), columns(rows, options), options.style);
    },
  );
}

/** Help of a word that several commands begin with, or of the whole tool. */
export function groupHelp(
  topic: HelpTopic,
  globals: readonly OptionSpec[],
  options: HelpOptions,
): string {
  const { style, width } = options;
  const isRoot = topic.words.length === 0;
  return [
    isRoot ? "Load, attach and look after eBPF programs" : `Commands of "${topic.words.join(" ")}"`,
    "",
    ...part("EXAMPLES", isRoot ? ROOT_EXAMPLES.map((line) => `  ${line}`) : [], style),
    ...part("USAGE", isRoot ? ["  bpfman COMMAND [OPTIONS]"] : [], style),
    ...groupRows(topic.commands, options),
    ...part("GLOBAL OPTIONS", isRoot ? columns(globals.map(optionRow), options) : [], style),
    ...foldValue("", 'Try "bpfman COMMAND --help" for the arguments of a command.', width),
    "",
  ].join("\n");
}
