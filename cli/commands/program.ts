/**
 * Commands on programs that are loaded, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import {
  APPLICATION_FILTER,
  IGNORE_MISSING,
  LIST_OUTPUT,
  METADATA_SELECTOR,
  PROGRAM_ID,
  PROGRAM_IDS,
  PROGRAM_TYPE_FILTER,
  QUIET,
  SELECTOR,
  WIDE,
} from "../options.ts";
import { runLater } from "./run_later.ts";

/** Only programs with links. */
export const ATTACHED: OptionSpec<"switch"> = {
  name: "attached",
  type: "switch",
  summary: "Only programs with links",
};

/** Only programs without links. */
export const UNATTACHED: OptionSpec<"switch"> = {
  name: "unattached",
  type: "switch",
  summary: "Only programs without links",
};

/** Second name of the type filter. */
export const TYPE_FILTER: OptionSpec<"programType"> = {
  name: "type",
  type: "programType",
  placeholder: "TYPE",
  summary: "The same as --program-type; both together are a union",
  repeat: true,
  isCommaList: true,
};

/** Also programs of others. */
export const ALL: OptionSpec<"switch"> = {
  name: "all",
  short: "a",
  type: "switch",
  summary: "Also programs that others loaded",
};

const LIST_PROGRAMS: CommandSpec = {
  id: "list-programs",
  paths: ["list programs", "list", "program list", "program"],
  group: "Programs",
  summary: "List loaded programs",
  description: "Lists the programs that bpfman loaded, by id. Filters must all hold.",
  examples: [
    { comment: "List the programs", command: "bpfman list programs" },
    { comment: "List what others loaded as well", command: "bpfman list programs --all" },
    {
      comment: "Ids of the XDP programs of one application",
      command: "bpfman list programs --type xdp --application shop -q",
    },
  ],
  positionals: [],
  options: [
    ALL,
    QUIET,
    ATTACHED,
    UNATTACHED,
    TYPE_FILTER,
    PROGRAM_TYPE_FILTER,
    APPLICATION_FILTER,
    METADATA_SELECTOR,
    SELECTOR,
    LIST_OUTPUT,
    WIDE,
  ],
  permissions: "list",
  load: runLater("../run/list_programs.ts"),
};

const GET_PROGRAM: CommandSpec = {
  id: "get-program",
  paths: ["get program", "get", "program get"],
  group: "Programs",
  summary: "Show one program",
  description: "Shows what was asked for, what the kernel has, its maps and its links.",
  examples: [
    { comment: "Show program 63", command: "bpfman get program 63" },
    { comment: "Show it for programs", command: "bpfman get program 63 -o json" },
  ],
  positionals: [PROGRAM_ID],
  options: [LIST_OUTPUT],
  permissions: "get",
  load: runLater("../run/get_program.ts"),
};

const UNLOAD: CommandSpec = {
  id: "unload",
  paths: ["unload", "program unload"],
  group: "Programs",
  summary: "Detach and remove programs",
  description: "Detaches every link of each program and removes the program with its maps. " +
    "A failure with one id does not keep the others from being done.",
  examples: [
    { comment: "Remove two programs", command: "bpfman unload 63 64" },
    {
      comment: "Remove one that may be gone already",
      command: "bpfman unload 63 --ignore-missing",
    },
  ],
  positionals: [PROGRAM_IDS],
  options: [IGNORE_MISSING, LIST_OUTPUT],
  permissions: "unload",
  load: runLater("../run/unload.ts"),
};

/** Commands on programs that are loaded. */
export const PROGRAM_COMMANDS: readonly CommandSpec[] = [
  LIST_PROGRAMS,
  GET_PROGRAM,
  UNLOAD,
];
