/**
 * Commands about applications: what is wanted is declared in manifests, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT, WIDE } from "../options.ts";
import {
  ALLOW_UNSIGNED_SEVERAL,
  APPLICATION_NAME,
  APPLICATIONS,
  DETAILED_EXIT_CODE,
  GATE,
  GENERATION,
  MANIFEST_FILES,
  MANIFEST_OUTPUT,
  OWNER,
  PRUNE,
  TAKE_OVER,
  WAIT,
} from "./declared_options.ts";
import { REGISTRY_AUTH } from "./image_options.ts";
import { runLater } from "./run_later.ts";
import { DRY_RUN } from "./status.ts";
import { POLICY, SIGNER_OPTIONS } from "./trust_options.ts";

const TRUST: readonly OptionSpec[] = [...SIGNER_OPTIONS, ALLOW_UNSIGNED_SEVERAL, POLICY];

const APPLY: CommandSpec = {
  id: "apply",
  paths: ["apply"],
  group: "Applications",
  summary: "Make applications as manifests want them",
  description: "Reads BpfApplication and ClusterBpfApplication manifests and makes what they " +
    "want: programs are loaded, links attached, and what is no longer wanted goes. All of it is " +
    "done, or where something is refused, nothing. A changed object takes the place of the one " +
    "before, with its maps where their shape is the same, and without a gap. Each state that was " +
    "made is kept as a generation. What was made by hand is not touched.",
  examples: [
    { comment: "Make what a file wants", command: "bpfman apply -f app.yaml" },
    {
      comment: "All files of a directory, and remove what is not in it any more",
      command: "bpfman apply -f apps/ --prune",
    },
    {
      comment: "Let the new version stay only if it aborts no packet for 30 seconds",
      command: "bpfman apply -f app.yaml --gate 30s,aborted==0,runs>0",
    },
    {
      comment: "Only if the key signed the image",
      command: "bpfman apply -f app.yaml --key cosign.pub",
    },
  ],
  positionals: [],
  options: [
    MANIFEST_FILES,
    PRUNE,
    OWNER,
    TAKE_OVER,
    DRY_RUN,
    GATE,
    REGISTRY_AUTH,
    DATA_DIRECTORY,
    ...TRUST,
    LIST_OUTPUT,
  ],
  permissions: "apply",
  declares: "manifests",
  load: runLater("../run/apply.ts"),
};

const PLAN: CommandSpec = {
  id: "plan",
  paths: ["plan"],
  group: "Applications",
  summary: "Show what an apply would do",
  description: "Shows what the kernel will look like after an apply: programs by digest, links, " +
    "the order of chains before and after, which maps are kept, what the policy says, and the " +
    "capabilities that it takes. Takes no lock and changes nothing; images are fetched.",
  examples: [
    { comment: "Look before", command: "bpfman plan -f app.yaml" },
    {
      comment: "For scripts: 0 when nothing would change, 8 when something would",
      command: "bpfman plan -f app.yaml --detailed-exitcode",
    },
  ],
  positionals: [],
  options: [
    MANIFEST_FILES,
    PRUNE,
    OWNER,
    TAKE_OVER,
    DETAILED_EXIT_CODE,
    REGISTRY_AUTH,
    DATA_DIRECTORY,
    ...TRUST,
    LIST_OUTPUT,
  ],
  permissions: "plan",
  declares: "manifests",
  load: runLater("../run/plan.ts"),
};

const DIFF: CommandSpec = {
  id: "diff-applications",
  paths: ["diff"],
  group: "Applications",
  summary: "Compare applications as they were applied with what there is",
  description: "Shows what would have to be done so that applications are as their current " +
    "generation says: after links were cut by hand, a program was unloaded, or an interface went. " +
    "The exit code is 0 when all is as it was applied, and 8 when something is not. Of two files " +
    'or images it shows what "bytecode diff" shows.',
  examples: [
    { comment: "All applications", command: "bpfman diff" },
    { comment: "One of them", command: "bpfman diff shop" },
  ],
  positionals: [APPLICATIONS],
  options: [DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "history",
  declares: "restore",
  load: runLater("../run/diff_applications.ts"),
};

const HISTORY: CommandSpec = {
  id: "history",
  paths: ["history"],
  group: "Applications",
  summary: "List the generations of applications",
  description:
    "Lists each state that an application was given: when, by whom, from which object. " +
    "Without a name, the current generation of every application, and those that were removed.",
  examples: [
    { comment: "Every application", command: "bpfman history" },
    { comment: "Every generation of one", command: "bpfman history shop" },
  ],
  positionals: [{ ...APPLICATION_NAME, isOptional: true }],
  options: [DATA_DIRECTORY, LIST_OUTPUT, WIDE],
  permissions: "history",
  load: runLater("../run/history.ts"),
};

const EXPORT: CommandSpec = {
  id: "export",
  paths: ["export"],
  group: "Applications",
  summary: "Write applications as manifests",
  description: "Writes the current generation of applications as manifests, images by digest: to " +
    "keep them in a repository, or to apply them elsewhere.",
  examples: [
    { comment: "One application", command: "bpfman export shop" },
    { comment: "All of them", command: "bpfman export" },
  ],
  positionals: [APPLICATIONS],
  options: [DATA_DIRECTORY],
  permissions: "history",
  load: runLater("../run/export.ts"),
};

const CONVERT: CommandSpec = {
  id: "convert",
  paths: ["convert"],
  group: "Applications",
  summary: "Bring manifests of older versions into the present form",
  description: "Reads XdpProgram, TcProgram and the other kinds of before version 0.6, of the " +
    "groups bpfd.io, bpfd.dev and bpfman.io, and applications in the spelling of that time, and " +
    "writes applications as apply and clusters take them today. What has no meaning any more, or " +
    "another one, is told on standard error. What has the present form stays as it is.",
  examples: [
    { comment: "One file", command: "bpfman convert -f old.yaml" },
    { comment: "A directory, as JSON", command: "bpfman convert -f manifests/ -o json" },
  ],
  positionals: [],
  options: [MANIFEST_FILES, MANIFEST_OUTPUT],
  permissions: "convert",
  load: runLater("../run/convert.ts"),
};

const ROLLBACK: CommandSpec = {
  id: "rollback",
  paths: ["rollback"],
  group: "Applications",
  summary: "Make an application as it was before",
  description: "Applies a former generation of an application, from the object that it was made " +
    "of then: an image by its digest out of the local store, a file from the copy that was kept. " +
    "Nothing is fetched. What comes of it is a new generation.",
  examples: [
    { comment: "Back to the one before", command: "bpfman rollback shop" },
    { comment: "Back to generation 3", command: "bpfman rollback shop 3" },
  ],
  positionals: [APPLICATION_NAME, GENERATION],
  options: [OWNER, TAKE_OVER, DRY_RUN, GATE, DATA_DIRECTORY, ...TRUST, LIST_OUTPUT],
  permissions: "restore",
  declares: "rollback",
  load: runLater("../run/apply.ts"),
};

const DELETE: CommandSpec = {
  id: "delete-applications",
  paths: ["delete", "delete application"],
  group: "Applications",
  summary: "Remove the applications that manifests name",
  description: "Removes the programs and links of the applications that the files name; only " +
    "their names count. The generations stay, so that a rollback brings an application back. " +
    "What was made by hand is not touched.",
  examples: [{ comment: "Take away what a file made", command: "bpfman delete -f app.yaml" }],
  positionals: [],
  options: [MANIFEST_FILES, OWNER, TAKE_OVER, DRY_RUN, DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "restore",
  declares: "removal",
  load: runLater("../run/apply.ts"),
};

const RESTORE: CommandSpec = {
  id: "restore",
  paths: ["restore"],
  group: "Applications",
  summary: "Make applications as they were applied, after a reboot",
  description: "Applies the current generation of each application that is not there: images by " +
    "digest out of the local store, files from the copies that were kept. Nothing is fetched. " +
    "Each application is restored by itself, as a whole or not at all: one that fails keeps no " +
    "other from coming back. What is there already stays as it is.",
  examples: [
    { comment: "All applications, after the machine has started", command: "bpfman restore" },
    { comment: "Also those whose interface comes late", command: "bpfman restore --wait 10s" },
    { comment: "One of them", command: "bpfman restore shop" },
  ],
  positionals: [APPLICATIONS],
  options: [WAIT, DRY_RUN, DATA_DIRECTORY, POLICY, LIST_OUTPUT],
  permissions: "restore",
  declares: "restore",
  isEachAlone: true,
  load: runLater("../run/restore.ts"),
};

/** Commands about applications. */
export const DECLARED_COMMANDS: readonly CommandSpec[] = [
  APPLY,
  PLAN,
  DIFF,
  HISTORY,
  EXPORT,
  CONVERT,
  ROLLBACK,
  DELETE,
  RESTORE,
];
