/**
 * The JSON Schema of policies, made from the shape by which they are read.
 *
 * @module
 */
import type { Shape } from "./shape.ts";

type Schema = Readonly<Record<string, unknown>>;

function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case "text":
      return { type: "string" };
    case "pattern":
      return { type: "string", format: "regex" };
    case "name":
      return { anyOf: [{ type: "string" }, { type: "integer", minimum: 0 }] };
    case "number":
      return { type: "integer", minimum: 0 };
    case "boolean":
      return { type: "boolean" };
    case "word":
      return { enum: shape.words };
    case "list": {
      const items = { type: "array", items: schemaOf(shape.item) };
      const { length } = shape;
      return length === undefined ? items : { ...items, minItems: length, maxItems: length };
    }
    case "record":
      return { type: "object", additionalProperties: schemaOf(shape.value) };
    case "object": {
      const properties = Object.entries(shape.keys).map(([key, inner]) => [key, schemaOf(inner)]);
      return {
        type: "object",
        properties: Object.fromEntries(properties),
        additionalProperties: false,
      };
    }
  }
}

/** The schema as a document. */
export function policySchema(shape: Shape): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "bpfman policy",
    description: "Who may load what, from where, signed by whom, and attach it to what",
    ...schemaOf(shape),
  };
}
