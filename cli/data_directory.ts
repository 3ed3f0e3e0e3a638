/**
 * Where data that stays is kept.
 *
 * @module
 */
import { DATA_DIRECTORY } from "./options.ts";
import type { CommandContext } from "./context.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { readValue } from "./values/mod.ts";

/** Directory for root, and for whoever has no home. */
const SYSTEM_DATA_DIRECTORY = "/var/lib/bpfman";

/** The directory: option, then environment, then the user's own place. */
export function dataDirectory(context: Pick<CommandContext, "env">, input: ParsedInput): string {
  const given = input.one(DATA_DIRECTORY);
  if (given !== undefined) return given;
  const fromEnvironment = context.env("BPFMAN_DATA_DIR") ?? "";
  if (fromEnvironment !== "") {
    return readValue("absolutePath", "$BPFMAN_DATA_DIR", fromEnvironment);
  }
  const home = context.env("HOME") ?? "";
  if (home === "" || home === "/root" || !home.startsWith("/")) return SYSTEM_DATA_DIRECTORY;
  const shared = context.env("XDG_DATA_HOME") ?? "";
  return `${shared.startsWith("/") ? shared : `${home}/.local/share`}/bpfman`;
}

/** Where updates of the trusted root are kept. */
export function trustDirectory(context: Pick<CommandContext, "env">, input: ParsedInput): string {
  return `${dataDirectory(context, input)}/trust`;
}
