/**
 * The `bpfman` commands of a page, read by the tool's own router and parser.
 *
 * @module
 */
import { COMMANDS } from "../../cli/commands/mod.ts";
import { parseArguments } from "../../cli/parse_arguments.ts";
import { GLOBAL_OPTIONS } from "../../cli/options.ts";
import { ownArguments } from "../../cli/run_command.ts";
import { resolveRoute, splitLeadingOptions } from "../../cli/route.ts";
import { blocksOf, codeSpansOf } from "./pages.ts";
import { ourWords, shellCommands } from "./shell_words.ts";

/** Kinds of blocks that hold shell commands. */
const SHELL_KINDS: readonly string[] = ["sh", "console"];

/** What a word in capitals stands for, where the next best number is not right. */
const SAMPLES: Readonly<Record<string, string>> = {
  IF: "eth0",
  IFACE: "eth0",
  INTERFACE: "eth0",
  ID: "63",
  LINK: "1",
  N: "50",
  DIRECTION: "ingress",
  TYPE: "xdp",
  NUMBER: "7",
  HASH: "0".repeat(64),
  "GROUP/NAME": "sched/sched_switch",
};

/** Puts a value in the place of each word in capitals: `PATH`, `xdp:NAME`, `LINK-ID...`. */
function filled(word: string): string {
  return word.replace(/(?:\.\.\.|…)$/, "").split(/([:=,])/).map((part) => {
    if (SAMPLES[part] !== undefined) return SAMPLES[part];
    return /^[A-Z][A-Z|/-]+$/.test(part) ? (part.endsWith("ID") ? "63" : part.toLowerCase()) : part;
  }).join("");
}

/** The text of the commands of a console block, which begin with `$ `. */
function typedIn(code: string): string {
  return code.split("\n").filter((line) => line.startsWith("$ ")).map((line) => line.slice(2))
    .join("\n");
}

function ours(shell: string): string[][] {
  return shellCommands(shell).flatMap((command) => {
    const words = ourWords(command);
    return words === undefined ? [] : [words];
  });
}

/** The words of every command of ours in the shell blocks of a page. */
export function commandsInBlocks(markdown: string): string[][] {
  const shell = blocksOf(markdown).filter(({ kind }) => SHELL_KINDS.includes(kind));
  return shell.flatMap(({ kind, code }) => ours(kind === "console" ? typedIn(code) : code));
}

/** The same of the texts between backquotes that begin with `bpfman`; `[…]` is left out. */
export function commandsInText(markdown: string): string[][] {
  return codeSpansOf(markdown).filter((text) =>
    /^bpfman [a-z_-]/.test(text) && !Object.hasOwn(NO_COMMANDS, text)
  )
    .flatMap((text) => ours(text.replace(/\[[^\]]*\]/g, "").replaceAll("…", "")));
}

/** Texts that begin with the tool's name and are no commands, with what they are. */
const NO_COMMANDS: Readonly<Record<string, string>> = {
  "bpfman audit log 1": "what the first hash of the audit log is made of",
};

/** Routes and parses one command as the tool would; throws its usage error. */
export async function parseCommand(words: readonly string[]): Promise<void> {
  const typed = words.map(filled);
  // the tool alone prints its help
  if (typed.length === 0) return;
  if (typed[0] === "help" || typed[0] === "--version" || typed[0] === "-V") return;
  const isHelp = typed.some((word) => word === "--help" || word === "-h");
  const open = typed.filter((word) => word !== "--help" && word !== "-h");
  if (open.length === 0 && isHelp) return;
  const { options, words: rest } = splitLeadingOptions(open, GLOBAL_OPTIONS);
  const { command, args } = resolveRoute(COMMANDS, rest);
  if (isHelp) return;
  await parseArguments(command, ownArguments(command, [...options, ...args]));
}

/** The same of running text, which may also only name a command: `bpfman attach xdp`. */
export async function readCommand(words: readonly string[]): Promise<void> {
  const isName = COMMANDS.some(({ paths }) => paths.includes(words.join(" ")));
  if (!isName) await parseCommand(words);
}
