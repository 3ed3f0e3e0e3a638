/**
 * Finds out what a command wants, if it is about applications at all.
 *
 * @module
 */
import type { CommandSpec } from "../command.ts";
import type { Host } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import type { Wish } from "./wish.ts";

/** A command with its arguments. */
export interface WishingCommand {
  readonly command: CommandSpec;
  readonly input: ParsedInput;
  readonly host: Pick<Host, "env" | "openKernel">;
}

/** Finds out what a command about applications wants; nothing for any other. */
export async function findWish(
  { command, input, host }: WishingCommand,
): Promise<Wish | undefined> {
  const { declares } = command;
  if (declares === undefined) return undefined;
  // named by a value, as in cli/main.ts
  const path = "./read_wish.ts";
  const { readWish }: typeof import("./read_wish.ts") = await import(path);
  const { dataDirectory } = await import("../data_directory.ts");
  const directory = dataDirectory(host, input);
  const isEachAlone = command.isEachAlone === true;
  return await readWish(declares, {
    ...{ input, directory, isEachAlone },
    kernel: () => host.openKernel(),
  });
}
