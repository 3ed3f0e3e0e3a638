/**
 * The command about JSON Schemas, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { runLater } from "./run_later.ts";

/** Name of a schema. */
export const SCHEMA_NAME: PositionalSpec<"text"> = {
  name: "NAME",
  type: "text",
  summary: "Schema to print; without one all are listed",
  isOptional: true,
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
