/**
 * `privileges`, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { TABLE_OUTPUT, WIDE } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Words of the verb to explain. */
export const VERB_WORDS: PositionalSpec<"text"> = {
  name: "VERB",
  type: "text",
  summary: "Verb to explain, with types of programs or places: load xdp, attach uprobe",
  repeat: true,
  isOptional: true,
};

const PRIVILEGES: CommandSpec = {
  id: "privileges",
  paths: ["privileges"],
  group: "Other",
  summary: "Explain what a command needs, and which rule of the kernel demands it",
  description:
    "Shows the capabilities that a command takes, what in the kernel asks for each and " +
    "why, the files that are touched, and when the network is used. Without a verb, all that change " +
    "something are listed. Needs nothing itself.",
  examples: [
    { comment: "Every verb in one table", command: "bpfman privileges" },
    { comment: "What loading an XDP program takes", command: "bpfman privileges load xdp" },
    { comment: "For programs", command: "bpfman privileges attach uprobe -o json" },
  ],
  positionals: [VERB_WORDS],
  options: [TABLE_OUTPUT, WIDE],
  permissions: "help",
  load: runLater("../run/privileges.ts"),
};

/** Commands on privileges. */
export const PRIVILEGE_COMMANDS: readonly CommandSpec[] = [PRIVILEGES];
