/**
 * Finds the page of help for some words.
 *
 * @module
 */
import { COMMANDS } from "./commands/mod.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { commandHelp, groupHelp, type HelpOptions } from "./output/help.ts";
import { commandsBelow, findRoute, resolveRoute } from "./route.ts";

/** The page on some words: a command, else the commands that begin with them. */
export function helpPage(words: readonly string[], options: HelpOptions): string {
  if (words.length === 0) return groupHelp({ commands: COMMANDS, words }, GLOBAL_OPTIONS, options);
  const route = findRoute(COMMANDS, words);
  // `program` is a command and also the beginning of others: then a list says more.
  const others = commandsBelow(COMMANDS, words).filter((command) => command !== route?.command);
  const commands = [...(route === undefined ? [] : [route.command]), ...others];
  if (others.length > 0) {
    return groupHelp({ commands, words }, GLOBAL_OPTIONS, options);
  }
  return commandHelp(resolveRoute(COMMANDS, words).command, GLOBAL_OPTIONS, options);
}
