/**
 * Commands on completions, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { runLater } from "./run_later.ts";

/** Shell that a script is for. */
export const SHELL: PositionalSpec<"shell"> = {
  name: "SHELL",
  type: "shell",
  summary: "Shell that the script is for: bash, zsh or fish",
};

/** A command line up to the cursor. */
const LINE: PositionalSpec<"text"> = {
  name: "WORD",
  type: "text",
  summary: "Words up to the cursor; the last may be empty",
  repeat: true,
  completes: {},
};

const COMPLETION: CommandSpec = {
  id: "completion",
  paths: ["completion"],
  group: "Other",
  summary: "Print the script that completes command lines in a shell",
  description: "The script asks this tool at each TAB, so that interfaces, programs, links, " +
    "applications, images and tracepoints are those of the moment. It needs no other package. " +
    "What the user may not read is left out.",
  examples: [
    { comment: "In this bash only", command: "bpfman completion bash" },
    { comment: "For fish", command: "bpfman completion fish" },
  ],
  positionals: [SHELL],
  options: [],
  permissions: "help",
  load: runLater("../run/completion.ts"),
};

const COMPLETE: CommandSpec = {
  id: "complete",
  paths: ["__complete"],
  group: "Other",
  summary: "Answer the script of a shell",
  description: "Prints a line about the answer, then a line for each word that may stand at the " +
    "cursor: the word, a tab and what it is.",
  examples: [{ comment: "What begins with ge", command: "bpfman __complete bash -- ge" }],
  positionals: [SHELL, LINE],
  options: [],
  permissions: "complete",
  isHidden: true,
  // A line is answered before commands are loaded; see cli/app.ts.
  load: () =>
    Promise.reject(
      new TypeError('Cannot run "__complete": it is answered before commands are loaded'),
    ),
};

/** Commands on completions. */
export const COMPLETION_COMMANDS: readonly CommandSpec[] = [COMPLETION, COMPLETE];
