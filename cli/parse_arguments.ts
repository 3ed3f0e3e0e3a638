/**
 * Parses the arguments of one command with stricli, whose application is built here from the
 * command's data. Nothing else knows which parser is used.
 *
 * @module
 */
import {
  AliasNotFoundError,
  ArgumentParseError,
  buildApplication,
  buildCommand,
  type CommandContext as ParserContext,
  FlagNotFoundError,
  type FlagParametersForType,
  run,
  text_en,
  UnexpectedFlagError,
  UnsatisfiedFlagError,
} from "npm:@stricli/core@1.3.0";
import { BpfmanError, usageError } from "../core/errors.ts";
import type { CommandSpec, OptionSpec, PositionalSpec } from "./command.ts";
import { didYouMean } from "./nearest.ts";
import { optionsOf } from "./options_of.ts";
import { argumentKey, ParsedInput } from "./parsed_input.ts";
import { rewriteArguments } from "./rewrite.ts";
import { readValue } from "./values/mod.ts";

/** Values of the options by name, as stricli hands them over. */
type Flags = Readonly<Record<string, boolean | readonly unknown[] | undefined>>;

/** One flag of stricli; every valued option is a list to it, so that repeats reach us. */
type Flag =
  | { readonly kind: "boolean"; readonly brief: string; readonly optional: true }
  | {
    readonly kind: "parsed";
    readonly brief: string;
    readonly optional: true;
    readonly variadic: true | ",";
    readonly parse: (input: string) => unknown;
  };

function toFlag(option: OptionSpec): Flag {
  if (option.type === "switch") return { kind: "boolean", brief: option.summary, optional: true };
  return {
    kind: "parsed",
    brief: option.summary,
    optional: true,
    variadic: option.isCommaList ? "," : true,
    parse: (input) => readValue(option.type, `--${option.name}`, input),
  };
}

function unknownOption(name: string, options: readonly OptionSpec[]): BpfmanError {
  return usageError(
    `Unknown option "--${name}"`,
    didYouMean(`--${name}`, options.map((option) => `--${option.name}`)),
  );
}

/** Puts stricli's complaint into our words. */
function toUsageError(error: unknown, options: readonly OptionSpec[]): unknown {
  if (error instanceof ArgumentParseError) {
    const { exception, externalFlagNameOrPlaceholder: name, input } = error;
    if (exception instanceof BpfmanError) return exception;
    return usageError(`Cannot read --${name} "${input}": must be true or false`);
  }
  if (error instanceof FlagNotFoundError) return unknownOption(error.input, options);
  if (error instanceof AliasNotFoundError) return usageError(`Unknown option "-${error.input}"`);
  if (error instanceof UnsatisfiedFlagError) {
    return usageError(`Option "--${error.externalFlagName}" needs a value`);
  }
  if (error instanceof UnexpectedFlagError) {
    return usageError(`Option "--${error.externalFlagName}" is given more than once`);
  }
  return error;
}

/** Runs stricli over the arguments: options read, positionals as typed. */
async function scan(
  args: readonly string[],
  options: readonly OptionSpec[],
): Promise<{ readonly flags: Flags; readonly words: readonly string[] }> {
  let result: { flags: Flags; words: readonly string[] } | undefined;
  const errors: unknown[] = [];
  const shorts = options.filter((option) => option.short !== undefined);
  const flags = Object.fromEntries(options.map((option) => [option.name, toFlag(option)]));
  const command = buildCommand<Flags, string[], ParserContext>({
    docs: { brief: "" },
    parameters: {
      // Stricli's types describe flags that are known when the program is written; ours are data.
      flags: flags as unknown as FlagParametersForType<Flags>,
      aliases: Object.fromEntries(shorts.map((option) => [option.short, option.name])),
      positional: { kind: "array", parameter: { brief: "", parse: (input: string) => input } },
    },
    func(flags, ...words) {
      result = { flags, words };
    },
  });
  const text = {
    ...text_en,
    exceptionWhileParsingArguments(error: unknown): string {
      errors.push(error);
      return "";
    },
  };
  const silence = { write(): void {} };
  // Without integrations stricli adds no help or version flag of its own.
  const application = buildApplication(command, {
    name: "bpfman",
    scanner: { caseStyle: "original", allowArgumentEscapeSequence: true },
    localization: { text },
  }, {});
  await run(application, args, { process: { stdout: silence, stderr: silence } });
  if (result === undefined) throw toUsageError(errors[0], options);
  return result;
}

/** Hands the words to the positionals that no option has filled. */
function readPositionals(
  command: CommandSpec,
  words: readonly string[],
  values: Map<string, readonly unknown[]>,
): void {
  let at = 0;
  for (const spec of command.positionals) {
    if (values.has(argumentKey(spec))) continue;
    const mine = spec.repeat ? words.slice(at) : words.slice(at, at + 1);
    at += mine.length;
    if (mine.length > 0) {
      values.set(argumentKey(spec), mine.map((word) => readValue(spec.type, spec.name, word)));
    } else if (!spec.isOptional) {
      throw missing(spec);
    }
  }
  const extra = words[at];
  if (extra !== undefined) throw usageError(`Unexpected argument "${extra}"`);
}

function missing(spec: PositionalSpec): BpfmanError {
  const other = spec.option === undefined ? "" : ` (or --${spec.option.name})`;
  return usageError(`Missing argument ${spec.name}${other}`, spec.summary);
}

/** Finds a word that looks like an option and was not one, such as `-p10` or `--name=`. */
function checkWords(words: readonly string[], args: readonly string[]): void {
  if (args.includes("--")) return;
  const odd = words.find((word) => /^-./.test(word));
  if (odd === undefined) return;
  if (/^--[^=]+=$/.test(odd)) throw usageError(`Option "${odd.slice(0, -1)}" needs a value`);
  throw usageError(
    `Cannot read option "${odd}"`,
    "Write --name VALUE, --name=VALUE or -n VALUE; write -- before arguments that begin with -",
  );
}

async function checkOptions(
  command: CommandSpec,
  options: readonly OptionSpec[],
  values: ReadonlyMap<string, readonly unknown[]>,
): Promise<void> {
  for (const option of options) {
    if (!option.repeat && (values.get(option.name)?.length ?? 0) > 1) {
      throw usageError(`Option "--${option.name}" is given more than once`);
    }
  }
  const absent = command.options.find((option) => option.isRequired && !values.has(option.name));
  if (absent === undefined) return;
  const hint = await absent.suggest?.(values) ?? absent.summary;
  throw usageError(`Missing option --${absent.name} ${absent.placeholder}`, hint);
}

/** Parses the arguments of a command. Throws a usage error. */
export async function parseArguments(
  command: CommandSpec,
  args: readonly string[],
): Promise<ParsedInput> {
  const options = optionsOf(command);
  const rewritten = rewriteArguments(args, options);
  const { flags, words } = await scan(rewritten, options);
  const values = new Map<string, readonly unknown[]>();
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    values.set(name, typeof value === "boolean" ? [value] : value);
  }
  checkWords(words, rewritten);
  readPositionals(command, words, values);
  await checkOptions(command, options, values);
  return new ParsedInput(values);
}
