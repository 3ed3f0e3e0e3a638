/**
 * The published JSON Schemas: one for each kind of output, and those of what users write.
 *
 * @module
 */
import { manifestJsonSchema } from "../../core/manifest/json_schema.ts";
import { policyJsonSchema } from "../../core/policy/json_schema.ts";
import { configJsonSchema } from "./config.ts";
import { factsJsonSchema } from "./facts.ts";
import { definitionsOf, type JsonSchema, schemaOf } from "./json_schema.ts";
import { OUTPUTS } from "./outputs.ts";
import type { Shape } from "./shape.ts";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** Name of the schema that has what several others share. */
const SHARED = "defs";

/** Schemas of files that are read. */
const INPUTS: Readonly<Record<string, () => JsonSchema>> = {
  config: configJsonSchema,
  policy: policyJsonSchema,
  bpfapplication: manifestJsonSchema,
  facts: factsJsonSchema,
};

/** What the schemas are for that no command prints as its answer. */
export const SUBJECTS: Readonly<Record<string, string>> = {
  defs: "what several of them share",
  failure: "any failure, on standard error",
  timing: "--timing, one line on standard error",
  audit: "a line of the audit log",
  config: "/etc/bpfman/bpfman.toml",
  policy: "/etc/bpfman/policy.json",
  bpfapplication: "manifests of applications",
  facts: "files of kernel facts, unpacked",
};

/** Every schema's name, those of inputs last. */
export const SCHEMA_NAMES: readonly string[] = [...Object.keys(OUTPUTS), ...Object.keys(INPUTS)];

/** The shape itself, though it is a shared definition elsewhere. */
function unnamed(shape: Shape): Shape {
  if (shape.kind !== "object" || shape.name === undefined) return shape;
  const { name: _name, ...rest } = shape;
  return rest;
}

function head(name: string, title: string, version: number): JsonSchema {
  return {
    $schema: DIALECT,
    $id: `${name}.schema.json`,
    $comment: `version ${version}`,
    title,
  };
}

/** A schema as it is published beside the others: shared definitions are in a file of their own. */
function publishedSchema(name: string): JsonSchema | undefined {
  const shapes = Object.values(OUTPUTS).map(({ shape }) => shape);
  if (name === SHARED) {
    return {
      ...head(SHARED, "Shared definitions of bpfman", 1),
      $defs: definitionsOf(shapes, (definition) => `#/$defs/${definition}`),
    };
  }
  const spec = Object.hasOwn(OUTPUTS, name) ? OUTPUTS[name] : undefined;
  if (spec === undefined) return inputSchema(name);
  return {
    ...head(name, `Output of bpfman: ${name}`, spec.version),
    ...schemaOf(unnamed(spec.shape), (definition) => `${SHARED}.schema.json#/$defs/${definition}`),
  };
}

function inputSchema(name: string): JsonSchema | undefined {
  const make = Object.hasOwn(INPUTS, name) ? INPUTS[name] : undefined;
  if (make === undefined) return undefined;
  const { $schema, ...rest } = make();
  return { $schema, $id: `${name}.schema.json`, $comment: "version 1", ...rest };
}

/** Documents with a schema of their own that a shape refers to. */
function documentsIn(shape: Shape): string[] {
  return [...JSON.stringify(shape).matchAll(/"kind":"document","schema":"([^"]+)"/g)]
    .flatMap(([, name]) => name ?? []);
}

/** A schema that stands alone: all that it refers to is in it. */
export function wholeSchema(name: string): JsonSchema | undefined {
  const spec = Object.hasOwn(OUTPUTS, name) ? OUTPUTS[name] : undefined;
  if (spec === undefined) return inputSchema(name);
  const place = (definition: string) => `#/$defs/${definition}`;
  const shape = unnamed(spec.shape);
  const others = [...new Set(documentsIn(shape))].map((other) => [other, inputSchema(other)]);
  const definitions = { ...definitionsOf([shape], place), ...Object.fromEntries(others) };
  return {
    ...head(name, `Output of bpfman: ${name}`, spec.version),
    ...schemaOf(shape, place),
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  };
}

/** Every schema by name, as published, with the one of shared definitions. */
export function publishedSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map(
    [SHARED, ...SCHEMA_NAMES].flatMap((name) => {
      const schema = publishedSchema(name);
      return schema === undefined ? [] : [[name, schema] as const];
    }),
  );
}
