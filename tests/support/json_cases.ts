/**
 * Golden cases of the command line whose answer is JSON, and commands that answer in JSON.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../../cli/command.ts";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { resolveRoute } from "../../cli/route.ts";
import { parseJsonc } from "./golden.ts";

const CASES = new URL("../cli/cases/", import.meta.url);

/** Formats that are no forms of an answer. */
const OTHER_FORMATS: readonly string[] = ["btfFormat", "imageFormat"];

/** A golden case that asks for JSON. */
export interface JsonCase {
  readonly name: string;
  /** Id of the command. */
  readonly command: string;
  /** What is expected, as text. */
  readonly stdout: string;
  readonly stderr: string;
}

/** The option of a command that asks for JSON; undefined for commands without. */
export function jsonOption({ options }: CommandSpec): OptionSpec | undefined {
  return options.find(({ name, type }) =>
    ["output", "format"].includes(name) && type.endsWith("Format") && !OTHER_FORMATS.includes(type)
  );
}

/** Ids of the commands that can answer in JSON. */
export function jsonCommands(): string[] {
  return COMMANDS.filter((command) => jsonOption(command) !== undefined).map(({ id }) => id);
}

function readText(url: URL): string {
  try {
    return Deno.readTextFileSync(url);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** True for arguments that ask for JSON. */
export function isJson(args: readonly string[]): boolean {
  return args.some((word, at) =>
    /^(-o|--output|--format)=json$/i.test(word) ||
    (/^(-o|--output|--format)$/.test(args[at - 1] ?? "") && word.toLowerCase() === "json")
  );
}

/** Where an instant differs from run to run, the golden file has a wildcard. */
function withInstants(text: string): string {
  return text.replaceAll(/("\w+_at": )"\[WILD(LINE|CARD)\]"/g, '$1"2026-01-02T03:04:05Z"');
}

/** Every golden case that asks for JSON. */
export function jsonCases(): JsonCase[] {
  const folders = [...Deno.readDirSync(CASES)].flatMap((area) =>
    [...Deno.readDirSync(new URL(`${area.name}/`, CASES))].map(({ name }) => `${area.name}/${name}`)
  );
  return folders.sort().flatMap((name) => {
    const folder = new URL(`${name}/`, CASES);
    const { args } = parseJsonc(readText(new URL("case.jsonc", folder))) as { args: string[] };
    if (!isJson(args)) return [];
    const stdout = withInstants(readText(new URL("stdout.out", folder)));
    const stderr = readText(new URL("stderr.out", folder));
    return [{ name, command: resolveRoute(COMMANDS, args).command.id, stdout, stderr }];
  });
}
