/**
 * Man pages from the definitions of the commands: one for the tool, one for each command.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { COMMANDS } from "../commands/mod.ts";
import { EXIT_CODE_MEANINGS } from "../exit_codes.ts";
import { GLOBAL_OPTIONS } from "../options.ts";
import { optionsOf } from "../options_of.ts";
import { VERSION } from "../version_number.ts";
import { spokenName } from "../route.ts";
import { optionRow, positionalRow, ROOT_EXAMPLES, usageLine } from "./help.ts";
import { MAN_ENVIRONMENT, MAN_FILES, MAN_REFERENCES } from "./man_facts.ts";
import {
  type PageName,
  roffArgument,
  roffEntry,
  roffExample,
  roffHead,
  roffLine,
  roffSeeAlso,
  roffText,
} from "./roff.ts";

/** A page. */
export interface ManPage {
  /** File name, such as `bpfman-load-file.1`. */
  readonly name: string;
  /** Text in the language of man(7). */
  readonly text: string;
}

/** Name of the page of a command. */
export function pageName(command: CommandSpec): string {
  return `bpfman-${spokenName(command).replaceAll(" ", "-")}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${roffArgument(title)}`, ...lines];
}

function optionEntries(options: readonly OptionSpec[]): string[] {
  return options.flatMap((option) => {
    const [name, text] = optionRow(option);
    return roffEntry(name.trim(), text);
  });
}

function exampleLines(command: CommandSpec): string[] {
  return command.examples.flatMap(({ comment, command: line }) => [
    ".PP",
    roffLine(`${comment}:`),
    ...roffExample([line]),
  ]);
}

/** The page of a command, as others name it. */
function pageOf(command: CommandSpec): PageName {
  return { name: pageName(command), section: 1 };
}

/** Commands whose pages are of interest beside this one: those with its first word, or its group. */
function neighbours(command: CommandSpec): PageName[] {
  const [first] = spokenName(command).split(" ");
  const others = visible().filter((other) => other !== command);
  const near = others.filter((other) => spokenName(other).split(" ")[0] === first);
  const chosen = near.length > 0 ? near : others.filter(({ group }) => group === command.group);
  const references = MAN_REFERENCES.filter(({ words }) => words.includes(first ?? ""));
  return [{ name: "bpfman", section: 1 }, ...chosen.slice(0, 12).map(pageOf), ...references];
}

function visible(): CommandSpec[] {
  return COMMANDS.filter(({ isHidden }) => isHidden !== true);
}

function commandPage(command: CommandSpec): ManPage {
  const name = pageName(command);
  const global = new Set(GLOBAL_OPTIONS.map((option) => option.name));
  const twins = command.positionals.flatMap((spec) => spec.option ?? []);
  const own = optionsOf(command).filter((option) =>
    !global.has(option.name) && !twins.includes(option)
  );
  const spellings = command.paths.slice(1).flatMap((path) => [".br", roffLine(`bpfman ${path}`)]);
  const lines = [
    ...roffHead({ name, section: 1, version: VERSION, title: command.summary }),
    ...section("SYNOPSIS", [roffLine(usageLine(command))]),
    ...section("DESCRIPTION", [roffLine(command.description)]),
    ...section("EXAMPLES", exampleLines(command)),
    ...section(
      "ARGUMENTS",
      command.positionals.flatMap((spec) => roffEntry(...positionalRow(spec))),
    ),
    ...section("OPTIONS", optionEntries(own)),
    ...section("GLOBAL OPTIONS", optionEntries(GLOBAL_OPTIONS)),
    ...section("OTHER SPELLINGS", spellings.slice(1)),
    ...section("EXIT STATUS", ["Those of all commands, see", ".BR bpfman (1)."]),
    ...roffSeeAlso(neighbours(command)),
  ];
  return { name: `${name}.1`, text: `${lines.join("\n")}\n` };
}

function commandEntries(): string[] {
  const groups = Map.groupBy(visible(), ({ group }) => group);
  return [...groups].flatMap(([group, commands]) => [
    `.SS ${roffArgument(group)}`,
    ...commands.flatMap((command) => [
      ".TP",
      `.BR ${roffText(pageName(command))} (1)`,
      roffLine(command.summary),
    ]),
  ]);
}

function rootPage(): ManPage {
  const codes = Object.entries(EXIT_CODE_MEANINGS).flatMap(([code, meaning]) =>
    roffEntry(code, meaning.replaceAll("`", ""))
  );
  const title = "load, attach and look after eBPF programs";
  const lines = [
    ...roffHead({ name: "bpfman", section: 1, version: VERSION, title }),
    ...section("SYNOPSIS", [roffLine("bpfman COMMAND [OPTIONS]")]),
    ...section("DESCRIPTION", [
      roffLine(
        "bpfman loads eBPF programs, attaches them, and looks after what it made. It has no " +
          "daemon: each command does its work and ends, and programs and links stay in the kernel, " +
          "held by pins. Each command has a page of its own.",
      ),
    ]),
    ...section("EXAMPLES", roffExample(ROOT_EXAMPLES)),
    ...section("COMMANDS", commandEntries()),
    ...section("GLOBAL OPTIONS", optionEntries(GLOBAL_OPTIONS)),
    ...section("FILES", MAN_FILES.flatMap(([name, text]) => roffEntry(name, text))),
    ...section("ENVIRONMENT", MAN_ENVIRONMENT.flatMap(([name, text]) => roffEntry(name, text))),
    ...section("EXIT STATUS", codes),
    ...roffSeeAlso([
      ...visible().filter(({ group }) => group === "Programs").map(pageOf),
      ...MAN_REFERENCES,
    ]),
  ];
  return { name: "bpfman.1", text: `${lines.join("\n")}\n` };
}

/** Every page, that of the tool first. The same pages whenever they are made. */
export function manPages(): readonly ManPage[] {
  return [rootPage(), ...visible().map(commandPage)];
}
