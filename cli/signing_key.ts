/**
 * Reads from options and environment who signs.
 *
 * @module
 */
import type { SigningKeyText } from "../core/signature/sign/private_key.ts";
import { PASSWORD_FILE } from "./commands/signing_options.ts";
import type { CommandContext } from "./context.ts";
import { readInputFile } from "./input_file.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** Most bytes of keys and passwords; more cannot be one. */
const LIMIT = 64 * 1024;

function readText(path: string): string {
  return new TextDecoder().decode(readInputFile(path, LIMIT).bytes);
}

/** The password: file, then environment; undefined when neither is given. */
function readPassword(context: Pick<CommandContext, "env">, input: ParsedInput) {
  const file = input.one(PASSWORD_FILE);
  // the end of the last line is the editor's, not the password's
  if (file !== undefined) return readText(file).replace(/\r?\n$/, "");
  return context.env("COSIGN_PASSWORD");
}

/**
 * Reads the private key of a file, with its password.
 *
 * @throws {BpfmanError} When a file cannot be read.
 */
export function readKeyToSign(
  context: Pick<CommandContext, "env">,
  input: ParsedInput,
  path: string,
): SigningKeyText {
  const password = readPassword(context, input);
  return { text: readText(path), name: path, ...password === undefined ? {} : { password } };
}
