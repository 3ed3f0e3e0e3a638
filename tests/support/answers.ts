/**
 * Holds what commands print as JSON, wherever tests run them, against the schemas that are published
 * for it. Inside the virtual machines this is the only look at their answers.
 *
 * @module
 */
import { COMMANDS } from "../../cli/commands/mod.ts";
import { GLOBAL_OPTIONS } from "../../cli/options.ts";
import { resolveRoute, splitLeadingOptions } from "../../cli/route.ts";
import { OUTPUTS } from "../../cli/schema/outputs.ts";
import { wholeSchema } from "../../cli/schema/schemas.ts";
import { isJson } from "./json_cases.ts";
import { lightProblems } from "./light_schema.ts";
import type { ProgramResult } from "./must.ts";

/** Codes from here on are those of processes that were killed: what they printed may be half. */
const KILLED = 128;

/** A failure as it is told in JSON, among notes. */
const FAILURE = /^\{$[^]*?^\}$/gm;

/** Where one document ends and another begins. */
const BETWEEN = /(?<=^\}\n)(?=\{)/m;

const schemas = new Map<string, ReturnType<typeof wholeSchema>>();

function problems(name: string, value: unknown): string[] {
  const schema = schemas.get(name) ?? wholeSchema(name);
  if (schema === undefined) throw new Error(`There is no schema "${name}"`);
  schemas.set(name, schema);
  return lightProblems(schema, value).map((text) => `${name}: ${text}`);
}

/** What is wrong by each of the schemas; nothing when one of them fits. */
function misfits(names: readonly string[], value: unknown): string[] {
  const found = names.map((name) => problems(name, value));
  return found.some((texts) => texts.length === 0) ? [] : found.flat();
}

/** What is wrong with an answer on standard output. */
function answerProblems(args: readonly string[], stdout: string): string[] {
  const { words } = splitLeadingOptions(args, GLOBAL_OPTIONS);
  const { command: { id } } = resolveRoute(COMMANDS, words);
  const names = Object.entries(OUTPUTS).filter(([, { commands }]) => commands.includes(id));
  if (names.length === 0) return [`no schema is published for "${id}"`];
  return stdout.split(BETWEEN).flatMap((text) =>
    misfits(names.map(([name]) => name), JSON.parse(text))
  );
}

/**
 * What is wrong with what a command printed; nothing where it was not asked for JSON.
 *
 * @param args Its arguments.
 * @param result What it printed, and how it ended.
 */
export function jsonProblems(args: readonly string[], result: ProgramResult): string[] {
  const { code, stdout, stderr } = result;
  if (!isJson(args) || code >= KILLED) return [];
  const failures = stderr.match(FAILURE) ?? [];
  return [
    ...(stdout === "" ? [] : answerProblems(args, stdout)),
    ...failures.flatMap((text) => misfits(["failure", "timing"], JSON.parse(text))),
  ];
}

/**
 * Gives the result on when its JSON is as published.
 *
 * @throws {Error} When it is not.
 */
export function withJson(args: readonly string[], result: ProgramResult): ProgramResult {
  const found = jsonProblems(args, result);
  if (found.length === 0) return result;
  throw new Error(`"${args.join(" ")}" does not follow its schema:\n  ${found.join("\n  ")}`);
}
