/**
 * What the arguments of a command say of the object that it brings, for the audit log.
 *
 * @module
 */
import type { Attempt } from "../core/audit/attempt.ts";
import type { CommandSpec } from "./command.ts";
import { APPLICATION_NAME, MANIFEST_FILES } from "./commands/declared_options.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** Notes what the arguments say of the object, for attempts of which nothing more is known. */
export function namedObject(
  { command, input }: { readonly command: CommandSpec; readonly input: ParsedInput },
): (attempt: Attempt) => void {
  const { brings } = command;
  return (attempt) => {
    const words = [...input.all(MANIFEST_FILES), ...input.all(APPLICATION_NAME)];
    if (command.declares !== undefined && words.length > 0) attempt.named(words.join(" "));
    if (brings === undefined) return;
    const name = input.must(brings.argument);
    if (brings.kind === "file") attempt.from({ kind: "file", path: name });
    else attempt.named(name);
  };
}
