/**
 * Commands on the audit log, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { LIST_OUTPUT, OUTPUT, WIDE } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Another log than that of the runtime directory. */
export const AUDIT_FILE: OptionSpec<"text"> = {
  name: "file",
  type: "text",
  placeholder: "FILE",
  summary: "The log, where it is not the one that commands write",
  defaultText: "that of the configuration or the runtime directory",
};

/** Head record of another log. */
export const AUDIT_HEAD: OptionSpec<"text"> = {
  name: "head",
  type: "text",
  placeholder: "FILE",
  summary: "The head record of that log",
  defaultText: "none for --file",
};

/** Only from an instant on. */
export const SINCE: OptionSpec<"instant"> = {
  name: "since",
  type: "instant",
  placeholder: "TIME",
  summary: "Only attempts from this time on: 2026-03-01, 2026-03-01T10:00:00Z, or 90m for the " +
    "last 90 minutes",
};

/** Only of a verb. */
export const AUDIT_VERB: OptionSpec<"text"> = {
  name: "verb",
  type: "text",
  placeholder: "VERB",
  summary: 'Only of this command, or of those that begin with this word: "load", "attach xdp"',
};

/** Only with a result. */
export const AUDIT_RESULT: OptionSpec<"auditResult"> = {
  name: "result",
  type: "auditResult",
  placeholder: "RESULT",
  summary: "Only those that ended so: begun, done, refused, failed",
};

/** Only the last ones. */
export const LIMIT: OptionSpec<"id"> = {
  name: "limit",
  type: "id",
  placeholder: "COUNT",
  summary: "Only the last so many",
};

/** A point of the chain that was kept elsewhere. */
export const ANCHOR: OptionSpec<"chainPoint"> = {
  name: "anchor",
  type: "chainPoint",
  placeholder: "NUMBER:HASH",
  summary: 'What "audit head" printed once and was kept elsewhere; may be repeated',
  repeat: true,
};

const LIST: CommandSpec = {
  id: "audit-list",
  paths: ["audit list"],
  group: "Other",
  summary: "List who tried to change what",
  description:
    "Lists the entries of the audit log, oldest first. Every attempt of a command that " +
    "changes something has one, also those that were refused. Lines that are no entries are left " +
    'out: "audit verify" tells of them.',
  examples: [
    { comment: "What was refused today", command: "bpfman audit list --result refused" },
    { comment: "The last ten loads", command: "bpfman audit list --verb load --limit 10" },
  ],
  positionals: [],
  options: [SINCE, AUDIT_VERB, AUDIT_RESULT, LIMIT, AUDIT_FILE, LIST_OUTPUT, WIDE],
  permissions: "audit",
  load: runLater("../run/audit_list.ts"),
};

const VERIFY: CommandSpec = {
  id: "audit-verify",
  paths: ["audit verify"],
  group: "Other",
  summary: "Tell whether the audit log is whole, and name the first entry that is not",
  description: "Follows the chain of hashes through all files of the log. Exit code 0 when it " +
    "holds, 4 when an entry was changed, taken away, put in, moved or cut off; the first such entry " +
    "is named with its file and line. A write that a kill cut short is told of and is no fault. " +
    "Root can write the whole log anew: only what was kept elsewhere (--anchor) shows that.",
  examples: [
    { comment: "Verify the log", command: "bpfman audit verify" },
    {
      comment: "Hold it against what was kept elsewhere",
      command: "bpfman audit verify --anchor 12:" +
        "2ea275d41176e04fa1176f0717c19d203f34ba8aa760055ff42aa2e45759233f",
    },
  ],
  positionals: [],
  options: [ANCHOR, AUDIT_FILE, AUDIT_HEAD, OUTPUT],
  permissions: "audit",
  load: runLater("../run/audit_verify.ts"),
};

const HEAD: CommandSpec = {
  id: "audit-head",
  paths: ["audit head"],
  group: "Other",
  summary: "Show how far the audit log has come, to be kept elsewhere",
  description: "Verifies the log and prints number and hash of its last entry. Kept where this " +
    'machine cannot write, it lets "audit verify --anchor" tell whether anything up to there was ' +
    "changed since.",
  examples: [{ comment: "Show the point to be kept", command: "bpfman audit head" }],
  positionals: [],
  options: [AUDIT_FILE, AUDIT_HEAD, OUTPUT],
  permissions: "audit",
  load: runLater("../run/audit_head.ts"),
};

/** Commands on the audit log. */
export const AUDIT_COMMANDS: readonly CommandSpec[] = [LIST, VERIFY, HEAD];
