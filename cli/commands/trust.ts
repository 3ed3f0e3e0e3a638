/**
 * Commands about the trusted root, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { DATA_DIRECTORY, OUTPUT, TABLE_OUTPUT, WIDE } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Where a new root comes from. */
export const MIRROR: OptionSpec<"text"> = {
  name: "mirror",
  type: "text",
  placeholder: "URL",
  summary: "TUF repository that publishes the trusted root",
  defaultText: "sigstore's public-good instance",
};

/** What is trusted at the first update. */
export const TUF_ROOT: OptionSpec<"text"> = {
  name: "root",
  type: "text",
  placeholder: "FILE",
  summary: "root.json of that repository, to begin anew with; needed at the first update from it",
};

const SHOW: CommandSpec = {
  id: "trust-show",
  paths: ["trust show", "trust"],
  group: "Images",
  summary: "Show the trusted root that signatures are checked against",
  description: "Shows where the root came from, how old it is, and its authorities and logs with " +
    "the times in which they count. Asks no network.",
  examples: [
    { comment: "Show the root", command: "bpfman trust show" },
    { comment: "The same for programs", command: "bpfman trust show -o json" },
  ],
  positionals: [],
  options: [DATA_DIRECTORY, TABLE_OUTPUT, WIDE],
  permissions: "trust-show",
  load: runLater("../run/trust_show.ts"),
};

const UPDATE: CommandSpec = {
  id: "trust-update",
  paths: ["trust update"],
  group: "Images",
  summary: "Bring the newest trusted root",
  description:
    "Asks the TUF repository of sigstore, or of another instance, for its trusted root. " +
    "What is not signed, expired or older than what was seen before is refused, and the root that " +
    "was known before still holds. This is the only command that asks: verification never does.",
  examples: [
    {
      comment: "Bring the root of sigstore's public-good instance",
      command: "bpfman trust update",
    },
    {
      comment: "That of an instance of one's own, for the first time",
      command: "bpfman trust update --mirror https://tuf.example.com --root root.json",
    },
  ],
  positionals: [],
  options: [MIRROR, TUF_ROOT, DATA_DIRECTORY, OUTPUT],
  permissions: "trust-update",
  load: runLater("../run/trust_update.ts"),
};

/** Commands about the trusted root. */
export const TRUST_COMMANDS: readonly CommandSpec[] = [SHOW, UPDATE];
