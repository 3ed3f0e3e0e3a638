/**
 * JSON Schemas (draft 2020-12) of shapes.
 *
 * @module
 */
import type { Fields, ObjectShape, Shape } from "./shape.ts";

/** A JSON Schema. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Where a reference to a shared definition points, by its name. */
type Place = (name: string) => string;

/** The keys of `given` that have a value. */
function defined(given: Readonly<Record<string, unknown>>): JsonSchema {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function isOptional(field: Fields[string]): boolean {
  return field.kind === "optional";
}

function objectSchema({ fields, description }: ObjectShape, place: Place): JsonSchema {
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => !isOptional(field)).map(([key]) => key);
  return {
    ...defined({ description }),
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(
      entries.map(([key, field]) =>
        [key, schemaOf(field.kind === "optional" ? field.shape : field, place)] as const
      ),
    ),
  };
}

/** A choice; with null as the other member it is said in the type where there is one. */
function eitherSchema(of: readonly Shape[], place: Place): JsonSchema {
  const [first, second] = of;
  const schemas = of.map((one) => schemaOf(one, place));
  const [only] = schemas;
  if (of.length !== 2 || second?.kind !== "null" || first === undefined || only === undefined) {
    return { anyOf: schemas };
  }
  if (Array.isArray(only["enum"])) return { ...only, enum: [...only["enum"], null] };
  if (typeof only["type"] === "string") return { ...only, type: [only["type"], "null"] };
  return { anyOf: schemas };
}

/**
 * The schema of a shape.
 *
 * @param shape The shape.
 * @param place Where shared definitions are.
 */
export function schemaOf(shape: Shape, place: Place): JsonSchema {
  const { description } = shape;
  switch (shape.kind) {
    case "object":
      return shape.name === undefined ? objectSchema(shape, place) : { $ref: place(shape.name) };
    case "document":
      return defined({ description, $ref: `${shape.schema}.schema.json` });
    case "record":
      return defined({
        description,
        type: "object",
        additionalProperties: schemaOf(shape.value, place),
      });
    case "list":
      return defined({ description, type: "array", items: schemaOf(shape.item, place) });
    case "either":
      return { ...eitherSchema(shape.of, place), ...defined({ description }) };
    case "word":
      return defined({ description, enum: [...shape.words] });
    case "text":
      return defined({ description, type: "string", pattern: shape.pattern, format: shape.format });
    case "integer":
    case "number": {
      const { kind, min, max } = shape;
      return defined({ description, type: kind, minimum: min, maximum: max });
    }
    case "any":
      return defined({ description });
    case "boolean":
    case "null":
      return defined({ description, type: shape.kind });
  }
}

function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case "object":
      return Object.values(shape.fields).map((field) =>
        field.kind === "optional" ? field.shape : field
      );
    case "record":
      return [shape.value];
    case "list":
      return [shape.item];
    case "either":
      return shape.of;
    default:
      return [];
  }
}

/**
 * The shared definitions that shapes use, by name.
 *
 * @param shapes The shapes.
 * @throws {TypeError} When two have one name.
 */
export function namedIn(shapes: readonly Shape[]): ReadonlyMap<string, ObjectShape> {
  const found = new Map<string, ObjectShape>();
  const open = [...shapes];
  for (let shape = open.pop(); shape !== undefined; shape = open.pop()) {
    if (shape.kind === "object" && shape.name !== undefined) {
      const known = found.get(shape.name);
      if (known === shape) continue;
      if (known !== undefined) throw new TypeError(`Two definitions are named "${shape.name}"`);
      found.set(shape.name, shape);
    }
    open.push(...partsOf(shape));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Schemas of shared definitions. */
export function definitionsOf(shapes: readonly Shape[], place: Place): JsonSchema {
  return Object.fromEntries(
    [...namedIn(shapes)].map(([name, shape]) => [name, objectSchema(shape, place)]),
  );
}
