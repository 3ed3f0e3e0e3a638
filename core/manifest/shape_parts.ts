/**
 * Small shapes that several shapes are made of.
 *
 * @module
 */
import type { Field, Fields, ObjectShape, Shape, TextShape } from "./shape.ts";

/** Any text. */
export const TEXT: Shape = { kind: "text" };
/** Texts. */
export const TEXTS: Shape = { kind: "list", item: TEXT };
/** Anything. */
export const ANY: Shape = { kind: "any" };
/** True or false. */
export const BOOLEAN: Shape = { kind: "boolean" };
/** The greatest number of 32 bits. */
export const INT32 = 2 ** 31 - 1;

/** Names of programs and functions; the definition's pattern has no end. */
export const NAME: TextShape = {
  kind: "text",
  min: 1,
  max: 64,
  pattern: "^[a-zA-Z][a-zA-Z0-9_]+.",
  meaning: "a name of 3 characters or more that begins with a letter",
};

/** An absolute path. */
export const ABSOLUTE_PATH: TextShape = {
  kind: "text",
  pattern: "^(/[^/\\0]+)+/?$",
  meaning: "an absolute path",
};

/** A key that must be there. */
export function required(shape: Shape, summary?: string): Field {
  return { shape, isRequired: true, ...(summary === undefined ? {} : { summary }) };
}

/** A key that may be left out. */
export function optional(shape: Shape, summary?: string): Field {
  return { shape, ...(summary === undefined ? {} : { summary }) };
}

/** An object with these keys. */
export function object(fields: Fields): ObjectShape {
  return { kind: "object", fields };
}

/** A list. */
export function list(item: Shape, bounds: { min?: number; max?: number } = {}): Shape {
  return { kind: "list", item, ...bounds };
}

/** Labels. */
export const LABELS: Shape = { kind: "record", value: TEXT };

/** A selector over labels. */
export const LABEL_SELECTOR: ObjectShape = {
  name: "LabelSelector",
  ...object({
    matchLabels: optional(LABELS),
    matchExpressions: optional(list(object({
      key: required(TEXT),
      operator: required({ kind: "word", words: ["In", "NotIn", "Exists", "DoesNotExist"] }),
      values: optional(TEXTS),
    }))),
  }),
};
