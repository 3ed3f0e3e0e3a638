/**
 * The command that looks at the host, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { DATA_DIRECTORY, OUTPUT } from "../options.ts";
import { KERNEL_NAME } from "./kernel.ts";
import { runLater } from "./run_later.ts";

/** File to write facts to. */
export const DOCTOR_FACTS: OptionSpec<"text"> = {
  name: "facts",
  type: "text",
  placeholder: "FILE",
  summary: 'Also write the facts of the kernel to this file, for "check --facts" elsewhere',
};

const DOCTOR: CommandSpec = {
  id: "doctor",
  paths: ["doctor"],
  group: "Other",
  summary: "Tell what this host can do, and what is missing",
  description: "Looks at the kernel, the program types that it takes, the libraries, the " +
    "capabilities of the caller, the state that is kept and the trusted root, and names the " +
    "command that mends what is missing. It changes nothing and takes no lock; what this user " +
    "may not see stays unknown, so root sees most. Without --verbose only what is not well is " +
    "shown. The exit code is 9 when something is a problem, and 0 when not.",
  examples: [
    { comment: "See what is missing", command: "bpfman doctor" },
    { comment: "See everything, best as root", command: "bpfman doctor --verbose" },
    {
      comment: "Take the facts of this kernel to another machine",
      command: "bpfman doctor --facts node7.facts.gz",
    },
  ],
  positionals: [],
  options: [DOCTOR_FACTS, KERNEL_NAME, OUTPUT, DATA_DIRECTORY],
  permissions: "doctor",
  writes: DOCTOR_FACTS,
  load: runLater("../run/doctor.ts"),
};

/** Commands that look at the host. */
export const DOCTOR_COMMANDS: readonly CommandSpec[] = [DOCTOR];
