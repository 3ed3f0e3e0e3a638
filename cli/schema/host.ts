/**
 * What is said of the host and of this tool in JSON.
 *
 * @module
 */
import {
  boolean,
  type Infer,
  instant,
  integer,
  list,
  named,
  number,
  object,
  optional,
  orNull,
  text,
  word,
} from "./shape.ts";
import { LINK_ID, PROGRAM_ID } from "./words.ts";

/** Something that `status` found. */
const FINDING = named("Finding", {
  code: text("Stable word"),
  severity: word(["drift", "note"], "Not as it should be, or only worth knowing"),
  subject: text("What it is about; the same for the same difference at any time"),
  message: text("What was found"),
  mend: orNull(text("Command that mends it, null when no command can")),
}, "Something that status found");

/** Answer of `status`. */
export const STATUS = object({
  status: word(["fine", "drift", "changing"], "Whether store, pins and kernel agree"),
  checked_at: instant("When it was looked at"),
  runtime_directory: text("The runtime directory"),
  boot_id: text("The boot"),
  counts: object({
    programs: integer("Number of programs"),
    links: integer("Number of links"),
    hooks: integer("Number of hooks with chains"),
  }, "What there is"),
  changing: orNull(object({
    pid: integer("Process id"),
    verb: text("What it does"),
    since: instant("Since when"),
  }, "Who changes something at this moment")),
  findings: list(FINDING, "All that was found"),
  record: optional(object({
    path: text("Path of the new record"),
    since: orNull(instant("When the last record was made, null when there is none")),
    new: list(FINDING, "What the last record does not have"),
    gone: list(FINDING, "What only the last record has"),
  }, "What is new since the last record (--record)")),
}, "Whether store, pins and kernel agree");

/** Answer of `repair`. */
export const REPAIR = object({
  dry_run: boolean("True when nothing was done, and the steps are what would be"),
  steps: list(
    object({
      code: text("What the step is about, as in a finding"),
      message: text("What was done, or would be"),
    }, "A step"),
    "Steps in their order",
  ),
  recovered: object({
    programs: list(PROGRAM_ID, "Programs whose rows were made anew"),
    links: list(LINK_ID, "Links whose rows were made anew"),
  }, "Rows that were made anew"),
  left: list(FINDING, "What is left afterwards"),
}, "What a repair did");

/** Answer of `install-unit` and `uninstall-unit`. */
export const UNITS = object({
  units: list(
    object({
      path: text("Path of the unit"),
      state: optional(
        word(
          ["written", "unchanged", "linked", "removed", "to be removed"],
          "What became of it; left out with --print",
        ),
      ),
      text: optional(text("The unit itself, with --print")),
    }, "A unit"),
    "Units of systemd",
  ),
  commands: optional(list(text("Command"), "What is left to do; left out with --print")),
}, "Units of systemd");

const NEED_FIELDS = {
  capability: text("Capability, such as CAP_BPF"),
  scope: word(["every", "some"], "Whether every such change needs it, or some"),
  rule: text("System call, then the kernel's functions down to the one that asks"),
  why: text("Why the kernel asks"),
  unless: orNull(text("Setting of the kernel under which it does not ask")),
};

const NEED = object(NEED_FIELDS, "A capability that is needed");

/** What a verb needs. */
export const PRIVILEGES = named("Privileges", {
  verb: text("Verb, such as load"),
  kinds: list(text("Type or kind"), "Types and kinds that were asked about, none for all"),
  commands: list(text("Command"), "Commands of the tool, the shortest first"),
  capabilities: list(text("Capability"), "Capabilities that are needed"),
  needs: list(
    object({ ...NEED_FIELDS, parts: list(text("Such as load xdp"), "What needs it") }, "A need"),
    "Why each is needed",
  ),
  situations: list(
    object({
      situation: text("Stable name of the situation"),
      words: text("What it is"),
      needs: list(NEED, "What it takes besides"),
    }, "A situation"),
    "What is needed besides in some situations",
  ),
  reads: list(text("File"), "Files that are read"),
  writes: list(text("File"), "Files that are written"),
  network: orNull(text("When the network is used, null for never")),
  permission_sets: list(text("Set"), "Sets of Deno permissions in deno.json"),
}, "What a change needs, and why");

/** Answer of `privileges` without words. */
export const ALL_PRIVILEGES = object({ verbs: list(PRIVILEGES, "Verbs") }, "What changes need");

/** Answer of `new`. */
export const PROJECT = object({
  project: object({
    kind: text("Kind of the program"),
    name: text("Name of the project"),
    folder: text("Path of its folder"),
    files: list(text("Path below the folder"), "Files of the project"),
  }, "The project"),
}, "A project that was begun");

/** Answer of `version`. */
export const VERSIONS = object({
  version: text("Version of this tool"),
  deno: text("Version of Deno"),
  v8: text("Version of V8"),
  typescript: text("Version of TypeScript"),
  target: text("Platform that Deno was built for"),
  builder: word(["source", "single-file", "deno-compile", "npm"], "What made this tool one file"),
  libbpf: optional(orNull(text("Version of libbpf, null when it is not installed (--verbose)"))),
  libxdp: optional(orNull(text("Version of libxdp, null when it is not installed (--verbose)"))),
  kernel: optional(text("Release of the kernel (--verbose)")),
}, "Versions");

const PHASES = list(
  object({ phase: text("What was done"), ms: number("Milliseconds") }, "A phase"),
  "What took how long",
);

/** What `--timing` says on standard error, in one line. */
export const TIMING = object({
  timing: object({
    start: PHASES,
    front: PHASES,
    loader: PHASES,
    capabilities: list(
      object({
        capability: text("Capability"),
        held_ms: number("Milliseconds in which it was in effect"),
        times: integer("How often it was raised"),
      }, "A capability"),
      "How long each privilege was in effect",
    ),
  }, "What took how long, by process"),
}, "What took how long");

const ERROR_KINDS = [
  "other",
  "usage",
  "not-found",
  "policy",
  "kernel",
  "lock-timeout",
  "network",
] as const;

const FAILURE_FIELDS = {
  code: text("Stable word, see docs/errors.md"),
  kind: word(ERROR_KINDS, "Family of the failure, which decides the exit code"),
  message: text("What failed, and why"),
  hint: orNull(text("The next step")),
};

/** Any failure, on standard error. */
export const FAILURE = object({
  error: object({
    ...FAILURE_FIELDS,
    log: optional(text("Log of the verifier")),
    failures: optional(list(
      object({
        id: { kind: "either", of: [integer("Id"), text("Name")], description: "What failed" },
        ...FAILURE_FIELDS,
      }, "A failure of several"),
      "Failures of a command on several things",
    )),
    causes: optional(list(text("Message"), "Causes, the outermost first (--verbose)")),
    stack: optional(list(text("Stack"), "Stacks (BPFMAN_DEBUG=1)")),
  }, "The failure"),
}, "A failure, on standard error");

/** What status found. */
export type StatusJson = Infer<typeof STATUS>;
/** A finding. */
export type FindingJson = Infer<typeof FINDING>;
/** What a repair did. */
export type RepairJson = Infer<typeof REPAIR>;
/** What a verb needs. */
export type PrivilegesJson = Infer<typeof PRIVILEGES>;
/** What took how long. */
export type TimingJson = Infer<typeof TIMING>;
/** A failure. */
export type FailureJson = Infer<typeof FAILURE>;
