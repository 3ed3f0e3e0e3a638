/**
 * Commands that write units of systemd, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { DATA_DIRECTORY, OUTPUT } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Where units are. */
export const UNIT_DIRECTORY: OptionSpec<"absolutePath"> = {
  name: "dir",
  type: "absolutePath",
  placeholder: "DIR",
  summary: "Directory of units, absolute",
  defaultText: "/etc/systemd/system",
};

/** Only print. */
export const PRINT_UNITS: OptionSpec<"switch"> = {
  name: "dry-run",
  type: "switch",
  summary: "Only print what would be written or removed",
};

/** Link them, too. */
export const ENABLE_UNITS: OptionSpec<"switch"> = {
  name: "enable",
  type: "switch",
  summary: "Also make the links that systemctl enable makes, for images of machines",
};

const INSTALL: CommandSpec = {
  id: "install-unit",
  paths: ["install-unit"],
  group: "Other",
  summary: "Write systemd units: restore at the start, look for drift",
  description: "Writes units for this very program and its places: one that brings declared " +
    "applications back before the network is up, one that mounts the bpffs for it, and a timer " +
    "that looks for drift. It starts nothing, and says which commands of systemctl do. Units of " +
    "others are refused; those that are as they should be stay untouched.",
  examples: [
    { comment: "Read them first", command: "bpfman install-unit --dry-run" },
    { comment: "Write them", command: "bpfman install-unit" },
  ],
  positionals: [],
  options: [UNIT_DIRECTORY, PRINT_UNITS, ENABLE_UNITS, DATA_DIRECTORY, OUTPUT],
  permissions: "units",
  load: runLater("../run/install_unit.ts"),
};

const UNINSTALL: CommandSpec = {
  id: "uninstall-unit",
  paths: ["uninstall-unit"],
  group: "Other",
  summary: "Remove the units of install-unit",
  description: "Removes the units that install-unit wrote and the links to them, and no others. " +
    "What runs goes on running.",
  examples: [{ comment: "Remove them", command: "bpfman uninstall-unit" }],
  positionals: [],
  options: [UNIT_DIRECTORY, PRINT_UNITS, OUTPUT],
  permissions: "units",
  load: runLater("../run/uninstall_unit.ts"),
};

/** Commands about units. */
export const UNIT_COMMANDS: readonly CommandSpec[] = [INSTALL, UNINSTALL];
