/**
 * Replacing programs, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { LIST_OUTPUT, PROGRAM_ID } from "../options.ts";
import { GLOBAL } from "./load.ts";
import { runLater } from "./run_later.ts";
import { FILE_BUNDLE, TRUST_OPTIONS } from "./trust_options.ts";

/** Object file with the new version. */
export const WITH: OptionSpec<"text"> = {
  name: "with",
  type: "text",
  placeholder: "PATH|IMAGE",
  summary: "Object file, or image of the store or a layout, with the new version",
  isRequired: true,
};

/** Function of the new version. */
export const NEW_NAME: OptionSpec<"text"> = {
  name: "name",
  short: "n",
  type: "text",
  placeholder: "NAME",
  completes: { source: "objectPrograms" },
  summary: "Function of the new version, where it has another name than the old one",
};

/** Maps may begin anew. */
export const NEW_MAPS: OptionSpec<"switch"> = {
  name: "new-maps",
  type: "switch",
  summary: "Let maps whose schema has changed begin anew, empty; without it they are refused",
};

const REPLACE: CommandSpec = {
  id: "replace-program",
  paths: ["program replace"],
  group: "Programs",
  summary: "Let a new version take a program's place",
  description: "Loads the new version, lets every link of the program run it, and removes the " +
    "old one. Links keep their ids, their priorities and their place; a packet meets the old " +
    "version or the new one, never none and never both. Where the kernel cannot swap the program " +
    "of a link (tracepoints and probes), both run for a moment. Maps whose schema is the same are " +
    "kept with what is in them, and so are values of globals that were set. When anything fails, " +
    "all is as it was.",
  examples: [
    {
      comment: "Let a new build take the place of program 63",
      command: "bpfman program replace 63 --with counter.bpf.o",
    },
    {
      comment: "The new version is in an image",
      command: "bpfman program replace 63 --with oci:counter.oci:v2",
    },
    {
      comment: "The new version has another name, and another value",
      command: "bpfman program replace 63 --with counter.bpf.o -n count_all -g sampling=10",
    },
  ],
  positionals: [PROGRAM_ID],
  options: [WITH, NEW_NAME, GLOBAL, NEW_MAPS, ...TRUST_OPTIONS, FILE_BUNDLE, LIST_OUTPUT],
  permissions: "load",
  brings: { argument: WITH, kind: "either" },
  load: runLater("../run/replace_program.ts"),
};

/** Commands that replace. */
export const REPLACE_COMMANDS: readonly CommandSpec[] = [REPLACE];
