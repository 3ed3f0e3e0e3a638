/**
 * Commands about the tool itself, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { OUTPUT } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Words of a command to explain. */
const COMMAND_WORDS: PositionalSpec<"text"> = {
  name: "COMMAND",
  type: "text",
  summary: "Words of the command to explain",
  repeat: true,
  isOptional: true,
};

const VERSION_COMMAND: CommandSpec = {
  id: "version",
  paths: ["version"],
  group: "Other",
  summary: "Show the version",
  description:
    "Shows the versions of bpfman and of what runs it; with --verbose also those of the " +
    "libraries and the kernel.",
  examples: [
    { comment: "Show the version", command: "bpfman version" },
    { comment: "Show what a bug report needs", command: "bpfman version --verbose" },
  ],
  positionals: [],
  options: [OUTPUT],
  permissions: "version",
  load: runLater("../run/version.ts"),
};

const HELP_COMMAND: CommandSpec = {
  id: "help",
  paths: ["help"],
  group: "Other",
  summary: "Explain a command",
  description: "The same as COMMAND --help.",
  examples: [{ comment: "Explain how to attach XDP programs", command: "bpfman help attach xdp" }],
  positionals: [COMMAND_WORDS],
  options: [],
  permissions: "help",
  // Help is answered before commands are loaded; see cli/app.ts.
  load: () =>
    Promise.reject(new TypeError('Cannot run "help": it is answered before commands are loaded')),
};

/** Commands about the tool itself. */
export const GENERAL_COMMANDS: readonly CommandSpec[] = [VERSION_COMMAND, HELP_COMMAND];
