/**
 * Commands that compare what is remembered with what there is, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { LIST_OUTPUT } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Keep what was found. */
export const RECORD: OptionSpec<"switch"> = {
  name: "record",
  type: "switch",
  summary: "Keep what was found below the runtime directory, and tell what is new since the last " +
    "time; for timers",
};

/** Only tell. */
export const DRY_RUN: OptionSpec<"switch"> = {
  name: "dry-run",
  type: "switch",
  summary: "Only tell what would be done",
};

/** Make rows anew. */
export const REBUILD_STORE: OptionSpec<"switch"> = {
  name: "rebuild-store",
  type: "switch",
  summary: "Make lost rows anew from pins, files and kernel; a damaged database is kept aside",
};

const STATUS: CommandSpec = {
  id: "status",
  paths: ["status"],
  group: "Other",
  summary: "Compare what is remembered with pins and kernel",
  description: "Compares the store with pins and kernel and names every difference with the " +
    "command that mends it. It takes no lock and changes nothing. The exit code is 0 when all " +
    "agrees, and 8 when something drifted.",
  examples: [
    { comment: "See whether all is well", command: "bpfman status" },
    { comment: "Tell only what is new, from a timer", command: "bpfman status --record" },
  ],
  positionals: [],
  options: [RECORD, LIST_OUTPUT],
  permissions: "status",
  load: runLater("../run/status.ts"),
};

const REPAIR: CommandSpec = {
  id: "repair",
  paths: ["repair"],
  group: "Other",
  summary: "Mend what status finds",
  description: "Finishes or undoes what a killed command left, forgets what is gone, gives links " +
    "that somebody else changed their programs back, and removes leftovers; it says each step. " +
    "Programs, links and files of others are never touched. The exit code is 8 when something is " +
    "left that it cannot mend.",
  examples: [
    { comment: "See what would be done", command: "bpfman repair --dry-run" },
    { comment: "After the loss of the database", command: "bpfman repair --rebuild-store" },
  ],
  positionals: [],
  options: [DRY_RUN, REBUILD_STORE, LIST_OUTPUT],
  permissions: "repair",
  load: runLater("../run/repair.ts"),
};

/** Commands on the state as a whole. */
export const STATUS_COMMANDS: readonly CommandSpec[] = [STATUS, REPAIR];
