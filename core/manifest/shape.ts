/**
 * What documents may hold, as data: the reader checks by it, and the JSON Schema is made of it.
 *
 * @module
 */

/** A key of an object. */
export interface Field {
  /** What its value may be. */
  readonly shape: Shape;
  /** @default false */
  readonly isRequired?: boolean;
  /** The value when it is left out. */
  readonly initial?: unknown;
  /** What it is for. */
  readonly summary?: string;
}

/** Keys of an object. */
export type Fields = Readonly<Record<string, Field>>;

/** An object with known keys. A key whose value is null counts as left out. */
export interface ObjectShape {
  readonly kind: "object";
  /** Where it is used more than once: its name in the JSON Schema. */
  readonly name?: string;
  readonly fields: Fields;
  /** Exactly one key is there. @default false */
  readonly isChoice?: boolean;
  /** The key that says which of the members is there, and member by its value. */
  readonly union?: { readonly tag: string; readonly members: Readonly<Record<string, string>> };
  /** At most one of these keys is there; exactly one when one is required. */
  readonly exclusive?: { readonly keys: readonly string[]; readonly isRequired: boolean };
}

/** A text. */
export interface TextShape {
  readonly kind: "text";
  readonly min?: number;
  readonly max?: number;
  /** Regular expression that is found in it (flag u). */
  readonly pattern?: string;
  /** The pattern in words, behind "must be". */
  readonly meaning?: string;
}

/** The shape of a value. */
export type Shape =
  | ObjectShape
  | TextShape
  | { readonly kind: "record"; readonly value: Shape }
  | { readonly kind: "list"; readonly item: Shape; readonly min?: number; readonly max?: number }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "boolean" }
  /** Base64, or a list of numbers from 0 to 255. */
  | { readonly kind: "bytes" }
  | { readonly kind: "any" };

/** Bytes in base64, as one line. */
export const BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";
