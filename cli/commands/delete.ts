/**
 * Cascading removal, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { LINK_IDS, LIST_OUTPUT, PROGRAM_IDS } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Programs to remove; none with `--all`. */
export const OPTIONAL_PROGRAM_IDS: PositionalSpec<"id"> = { ...PROGRAM_IDS, isOptional: true };

/** Every program of this manager. */
export const EVERY_PROGRAM: OptionSpec<"switch"> = {
  name: "all",
  type: "switch",
  summary: "Every program that bpfman loaded",
};

/** Also what shares maps. */
export const RECURSIVE: OptionSpec<"switch"> = {
  name: "recursive",
  short: "r",
  type: "switch",
  summary: "Also the programs that share maps with a removed one",
};

const DELETE_PROGRAM: CommandSpec = {
  id: "delete-program",
  paths: ["delete program", "program delete", "delete programs"],
  group: "Programs",
  summary: "Remove programs with their links, in the right order",
  description: "Detaches and removes programs; whoever uses the maps of another goes before it. " +
    "Without --recursive, shared maps stay for the programs that still use them.",
  examples: [
    {
      comment: "Remove one program and all that share its maps",
      command: "bpfman delete program 63 -r",
    },
    { comment: "Remove everything", command: "bpfman delete program --all" },
  ],
  positionals: [OPTIONAL_PROGRAM_IDS],
  options: [EVERY_PROGRAM, RECURSIVE, LIST_OUTPUT],
  permissions: "unload",
  load: runLater("../run/delete_programs.ts"),
};

const DELETE_LINK: CommandSpec = {
  id: "delete-link",
  paths: ["delete link", "link delete", "delete links"],
  group: "Links",
  summary: "Detach links, and remove programs that have no link left",
  description: "Cuts links from their hooks, and removes each program that has no link left.",
  examples: [{ comment: "Take link 7 and its program away", command: "bpfman delete link 7" }],
  positionals: [LINK_IDS],
  options: [RECURSIVE, LIST_OUTPUT],
  permissions: "unload",
  load: runLater("../run/delete_links.ts"),
};

/** Commands that remove. */
export const DELETE_COMMANDS: readonly CommandSpec[] = [DELETE_PROGRAM, DELETE_LINK];
