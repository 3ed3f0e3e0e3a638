/**
 * The command about JSON Schemas, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { runLater } from "./run_later.ts";

/** Every schema, for completions; a test compares with `schema/schemas.ts`, which no start reads. */
export const SCHEMA_WORDS = [
  "applied",
  "plan",
  "history",
  "converted",
  "loaded",
  "programs",
  "program",
  "unloaded",
  "ran",
  "replaced",
  "programs-deleted",
  "link",
  "links",
  "detached",
  "links-deleted",
  "dispatchers",
  "dispatcher",
  "dispatcher-deleted",
  "image-built",
  "image-build-args",
  "image-pulled",
  "images-copied",
  "images",
  "image",
  "image-signed",
  "file-signed",
  "image-verified",
  "image-tagged",
  "images-removed",
  "image-diff",
  "policy-checked",
  "policy-explained",
  "trust",
  "trust-updated",
  "inspection",
  "validation",
  "disassembly",
  "verdicts",
  "object-diff",
  "kernels",
  "audit-list",
  "audit-verified",
  "audit-head",
  "privileges",
  "all-privileges",
  "status",
  "repair",
  "units",
  "doctor",
  "project",
  "versions",
  "failure",
  "timing",
  "audit",
  "config",
  "policy",
  "bpfapplication",
  "facts",
] as const;

/** Name of a schema. */
export const SCHEMA_NAME: PositionalSpec<"text"> = {
  name: "NAME",
  type: "text",
  summary: "Schema to print; without one all are listed",
  isOptional: true,
  completes: { words: SCHEMA_WORDS },
};

/** The command about JSON Schemas. */
export const SCHEMA_COMMANDS: readonly CommandSpec[] = [
  {
    id: "schema",
    paths: ["schema"],
    group: "Other",
    summary: "Show the JSON Schemas of outputs and files",
    description:
      "Prints the JSON Schema (draft 2020-12) of what a command prints with -o json, of the " +
      "configuration, of policies or of manifests. It stands alone: all that it refers to is in " +
      "it. Without a name all schemas are listed, with the commands that they are for.",
    examples: [
      { comment: "Which schemas there are", command: "bpfman schema" },
      { comment: "What list programs prints", command: "bpfman schema programs" },
    ],
    positionals: [SCHEMA_NAME],
    options: [],
    permissions: "schema",
    load: runLater("../run/schema.ts"),
  },
];
