/**
 * The JSON Schema of applications, made from the shape that the reader checks by: both cannot differ.
 *
 * @module
 */
import { applicationShape, NAMED_SHAPES } from "./application_shape.ts";
import { BASE64, type Field, type ObjectShape, type Shape } from "./shape.ts";
import { MANIFEST_API, MANIFEST_KINDS } from "./types.ts";

/** A JSON Schema. */
export type JsonSchema = { readonly [key: string]: unknown };

const BYTE: JsonSchema = { type: "integer", minimum: 0, maximum: 255 };

/** Null behind a key counts as a key that is left out. */
function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: words, anyOf, $ref } = schema;
  if ($ref !== undefined) return { anyOf: [schema, { type: "null" }] };
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...anyOf, { type: "null" }] };
  if (Array.isArray(words)) return { ...schema, enum: [...words, null] };
  return type === undefined ? schema : { ...schema, type: [type, "null"] };
}

function propertyOf({ shape, isRequired, initial, summary }: Field, isChoice: boolean): JsonSchema {
  const schema = schemaOf(shape);
  return {
    ...(summary === undefined ? {} : { description: summary }),
    ...(isRequired === true || isChoice ? schema : orNull(schema)),
    ...(initial === undefined ? {} : { default: initial }),
  };
}

/** Holds where a key is there. */
function present(key: string): JsonSchema {
  return { required: [key], properties: { [key]: { not: { type: "null" } } } };
}

function exclusiveRule({ keys, isRequired }: NonNullable<ObjectShape["exclusive"]>): JsonSchema {
  return isRequired ? { oneOf: keys.map(present) } : { not: { allOf: keys.map(present) } };
}

function unionRules({ tag, members }: NonNullable<ObjectShape["union"]>): JsonSchema[] {
  return Object.entries(members).map(([value, member]) => ({
    if: { required: [tag], properties: { [tag]: { const: value } } },
    then: present(member),
    else: { properties: { [member]: { type: "null" } } },
  }));
}

function objectSchema({ fields, isChoice = false, union, exclusive }: ObjectShape): JsonSchema {
  const entries = Object.entries(fields);
  const required = entries.filter(([, { isRequired }]) => isRequired).map(([key]) => key);
  return {
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    ...(isChoice ? { minProperties: 1, maxProperties: 1 } : {}),
    properties: Object.fromEntries(entries.map(([key, one]) => [key, propertyOf(one, isChoice)])),
    ...(union === undefined ? {} : { allOf: unionRules(union) }),
    ...(exclusive === undefined ? {} : exclusiveRule(exclusive)),
  };
}

/** The keys of `given` that have a value, by the names of JSON Schema. */
function defined(given: Readonly<Record<string, unknown>>): JsonSchema {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "object":
      return shape.name === undefined ? objectSchema(shape) : { $ref: `#/$defs/${shape.name}` };
    case "record":
      return { type: "object", additionalProperties: schemaOf(shape.value) };
    case "list": {
      const { item, min, max } = shape;
      return { type: "array", items: schemaOf(item), ...defined({ minItems: min, maxItems: max }) };
    }
    case "word":
      return { enum: [...shape.words] };
    case "integer":
      return { type: "integer", minimum: shape.min, maximum: shape.max };
    case "boolean":
      return { type: "boolean" };
    case "bytes":
      return { anyOf: [{ type: "string", pattern: BASE64 }, { type: "array", items: BYTE }] };
    case "text": {
      const { min, max, pattern } = shape;
      return { type: "string", ...defined({ minLength: min, maxLength: max, pattern }) };
    }
    case "any":
      return {};
  }
}

/** The JSON Schema of applications (draft 2020-12). */
export function manifestJsonSchema(): JsonSchema {
  const [namespaced, cluster] = MANIFEST_KINDS;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Application of bpfman",
    description: `${MANIFEST_KINDS.join(" or ")} of ${MANIFEST_API}: programs, and where they run`,
    type: "object",
    required: ["apiVersion", "kind"],
    properties: { apiVersion: { const: MANIFEST_API }, kind: { enum: [...MANIFEST_KINDS] } },
    if: { required: ["kind"], properties: { kind: { const: namespaced } } },
    then: { $ref: `#/$defs/${namespaced}` },
    else: { $ref: `#/$defs/${cluster}` },
    $defs: Object.fromEntries([
      ...MANIFEST_KINDS.map((kind) => [kind, objectSchema(applicationShape(kind))]),
      ...NAMED_SHAPES.map((shape) => [shape.name, objectSchema(shape)]),
    ]),
  };
}
