import { equal, notEqual } from "node:assert/strict";
import { COMMANDS } from "./commands/mod.ts";
import { optionsOf } from "./options_of.ts";
import { parseArguments } from "./parse_arguments.ts";
import { resolveRoute } from "./route.ts";
import { ownArguments } from "./run_command.ts";

/** Commands that are answered before any is loaded. */
const ANSWERED_BEFORE: readonly string[] = ["help", "complete"];

Deno.test("every example of help is a command line that parses as its own command", async () => {
  for (const command of COMMANDS) {
    notEqual(command.examples.length, 0, command.id);
    for (const { command: line } of command.examples) {
      const [tool, ...words] = line.split(" ");
      equal(tool, "bpfman");
      const route = resolveRoute(COMMANDS, words);
      equal(route.command.id, command.id, line);
      await parseArguments(route.command, ownArguments(route.command, route.args));
    }
  }
});

Deno.test("no command has two options with one name or one letter", () => {
  for (const command of COMMANDS) {
    const options = optionsOf(command);
    const names = options.map((option) => option.name);
    const letters = options.flatMap((option) => option.short ?? []);
    equal(new Set(names).size, names.length, command.id);
    equal(new Set(letters).size, letters.length, command.id);
  }
});

Deno.test("every option with a value has a word for it, and switches have none", () => {
  for (const command of COMMANDS) {
    for (const option of optionsOf(command)) {
      equal(option.placeholder === undefined, option.type === "switch", option.name);
    }
  }
});

Deno.test("every command that runs has a module with a function", async () => {
  for (const command of COMMANDS.filter(({ id }) => !ANSWERED_BEFORE.includes(id))) {
    equal(typeof (await command.load()).run, "function", command.id);
  }
});
