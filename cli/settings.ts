/**
 * Settings that hold for every command, from options and the environment.
 *
 * @module
 */
import { DEFAULT_RUNTIME_DIRECTORY } from "../core/layout.ts";
import type { OptionSpec, ValueTypeName, ValueTypes } from "./command.ts";
import type { GlobalSettings } from "./context.ts";
import { CONFIG, LOCK_TIMEOUT, RUNTIME_DIRECTORY, VERBOSE } from "./options.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { readValue } from "./values/mod.ts";

const DEFAULT_LOCK_TIMEOUT_MS = 30_000;

/** Settings of whoever chooses nothing. */
export const USUAL_SETTINGS: GlobalSettings = {
  runtimeDirectory: DEFAULT_RUNTIME_DIRECTORY,
  lockTimeoutMs: DEFAULT_LOCK_TIMEOUT_MS,
  isVerbose: false,
};

function fromEnvironment<K extends ValueTypeName>(
  spec: OptionSpec<K>,
  env: (name: string) => string | undefined,
): ValueTypes[K] | undefined {
  const text = spec.env === undefined ? undefined : env(spec.env);
  // An empty variable is an unset one, as in a shell's VAR= command.
  if (text === undefined || text === "") return undefined;
  return readValue(spec.type, `$${spec.env}`, text);
}

/** Reads the settings: the option first, then the environment, then the default. */
export function readSettings(
  input: ParsedInput,
  env: (name: string) => string | undefined,
): GlobalSettings {
  const config = input.one(CONFIG) ?? fromEnvironment(CONFIG, env);
  return {
    runtimeDirectory: input.one(RUNTIME_DIRECTORY) ?? fromEnvironment(RUNTIME_DIRECTORY, env) ??
      DEFAULT_RUNTIME_DIRECTORY,
    lockTimeoutMs: input.one(LOCK_TIMEOUT) ?? fromEnvironment(LOCK_TIMEOUT, env) ??
      DEFAULT_LOCK_TIMEOUT_MS,
    isVerbose: input.has(VERBOSE),
    ...(config === undefined ? {} : { config }),
  };
}
