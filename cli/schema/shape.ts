/**
 * What documents may hold, as data: TypeScript's type of a document and its JSON Schema both follow
 * from its shape, so that they cannot differ.
 *
 * @module
 */

/** What it is for, in words; numbers say their unit. */
interface Described {
  readonly description?: string;
}

/** A text. */
export interface TextShape extends Described {
  readonly kind: "text";
  /** Regular expression that is found in it (flag u). */
  readonly pattern?: string;
  /** Such as `date-time`. */
  readonly format?: string;
}

/** A number. */
export interface NumberShape extends Described {
  readonly kind: "integer" | "number";
  readonly min?: number;
  readonly max?: number;
}

/** One word of a list. */
export interface WordShape<W extends string = string> extends Described {
  readonly kind: "word";
  readonly words: readonly W[];
}

/** What has no parts and no rules. */
export interface PlainShape<K extends string = "boolean" | "null" | "any"> extends Described {
  readonly kind: K;
}

/** Any number of the same. */
export interface ListShape<S extends Shape = Shape> extends Described {
  readonly kind: "list";
  readonly item: S;
}

/** The same behind names that are not known before. */
export interface RecordShape<S extends Shape = Shape> extends Described {
  readonly kind: "record";
  readonly value: S;
}

/** One of several. */
export interface EitherShape<S extends readonly Shape[] = readonly Shape[]> extends Described {
  readonly kind: "either";
  readonly of: S;
}

/** A field that may be left out. */
export interface OptionalField<S extends Shape = Shape> {
  readonly kind: "optional";
  readonly shape: S;
}

/** Fields of an object. */
export type Fields = Readonly<Record<string, Shape | OptionalField>>;

/** An object with these fields and no others. */
export interface ObjectShape<F extends Fields = Fields> extends Described {
  readonly kind: "object";
  readonly fields: F;
  /** Where it is used more than once: its name among the shared definitions. */
  readonly name?: string;
}

/** A document with a schema of its own. */
export interface DocumentShape<T = unknown> extends Described {
  readonly kind: "document";
  /** Name of its schema. */
  readonly schema: string;
  /** Never there: carries the type. */
  readonly type?: T;
}

/** The shape of a value. */
export type Shape =
  | TextShape
  | NumberShape
  | WordShape
  | PlainShape
  | { readonly kind: "list"; readonly item: Shape; readonly description?: string }
  | { readonly kind: "record"; readonly value: Shape; readonly description?: string }
  | { readonly kind: "either"; readonly of: readonly Shape[]; readonly description?: string }
  | ObjectShape
  | DocumentShape;

type Flat<T> = { readonly [K in keyof T]: T[K] };

type OptionalKeys<F> = {
  [K in keyof F]: F[K] extends OptionalField ? K : never;
}[keyof F];

type InferFields<F> = Flat<
  & { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> }
  & { readonly [K in OptionalKeys<F>]?: F[K] extends OptionalField<infer S> ? Infer<S> : never }
>;

/** The type of what a shape describes. */
export type Infer<S> = S extends DocumentShape<infer T> ? T
  : S extends TextShape ? string
  : S extends NumberShape ? number
  : S extends WordShape<infer W> ? W
  : S extends PlainShape<"boolean"> ? boolean
  : S extends PlainShape<"null"> ? null
  : S extends PlainShape<"any"> ? unknown
  : S extends { readonly kind: "list"; readonly item: infer I } ? readonly Infer<I>[]
  : S extends { readonly kind: "record"; readonly value: infer V } ? Readonly<
      Record<string, Infer<V>>
    >
  : S extends { readonly kind: "either"; readonly of: readonly (infer O)[] } ? Infer<O>
  : S extends { readonly kind: "object"; readonly fields: infer F } ? InferFields<F>
  : never;

/** Any text. */
export function text(description: string, more: Partial<TextShape> = {}): TextShape {
  return { kind: "text", description, ...more };
}

/** An instant in RFC 3339, UTC. */
export function instant(description: string): TextShape {
  return text(description, { format: "date-time" });
}

/** A digest such as `sha256:…`. */
export function digest(description: string): TextShape {
  return text(description, { pattern: "^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$" });
}

/** A whole number from 0 on, unless told otherwise. */
export function integer(description: string, more: Partial<NumberShape> = {}): NumberShape {
  return { kind: "integer", description, min: 0, max: Number.MAX_SAFE_INTEGER, ...more };
}

/** A number of any kind from 0 on. */
export function number(description: string): NumberShape {
  return { kind: "number", description, min: 0 };
}

/** True or false. */
export function boolean(description: string): PlainShape<"boolean"> {
  return { kind: "boolean", description };
}

/** Anything. */
export function any(description: string): PlainShape<"any"> {
  return { kind: "any", description };
}

/** Nothing. */
export const NULL: PlainShape<"null"> = { kind: "null" };

/** One of these words. */
export function word<const W extends string>(
  words: readonly W[],
  description: string,
): WordShape<W> {
  return { kind: "word", words, description };
}

/** A list. */
export function list<S extends Shape>(item: S, description: string): ListShape<S> {
  return { kind: "list", item, description };
}

/** Values by name. */
export function record<S extends Shape>(value: S, description: string): RecordShape<S> {
  return { kind: "record", value, description };
}

/** One of these. */
export function either<const S extends readonly Shape[]>(
  of: S,
  description: string,
): EitherShape<S> {
  return { kind: "either", of, description };
}

/** It, or null. */
export function orNull<S extends Shape>(shape: S): EitherShape<[S, PlainShape<"null">]> {
  return { kind: "either", of: [shape, NULL] };
}

/** An object. */
export function object<F extends Fields>(fields: F, description: string): ObjectShape<F> {
  return { kind: "object", fields, description };
}

/** An object among the shared definitions. */
export function named<F extends Fields>(
  name: string,
  fields: F,
  description: string,
): ObjectShape<F> {
  return { kind: "object", fields, description, name };
}

/** A field that may be left out. */
export function optional<S extends Shape>(shape: S): OptionalField<S> {
  return { kind: "optional", shape };
}

/** A document with a schema of its own. */
export function document<T>(schema: string, description: string): DocumentShape<T> {
  return { kind: "document", schema, description };
}
