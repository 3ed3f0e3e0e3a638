/**
 * A template of JSONPath, parsed.
 *
 * @module
 */

/** What a filter compares with. */
export type Literal = string | number | boolean | null;

/** How a filter compares. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** One side of a comparison. */
export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "literal"; readonly value: Literal };

/** What a filter asks of each element. */
export type Condition =
  | { readonly kind: "exists"; readonly path: Path }
  | {
    readonly kind: "compare";
    readonly left: Operand;
    readonly comparison: Comparison;
    readonly right: Operand;
  };

/** What one step picks out of a value. */
export type Step =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indices"; readonly indices: readonly number[] }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly by: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly conditions: readonly (readonly Condition[])[] }
  | { readonly kind: "descend" };

/** Steps from the whole document, or from the current element. */
export interface Path {
  readonly from: "document" | "current";
  readonly steps: readonly Step[];
}

/** One part of a template. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "range"; readonly path: Path; readonly body: readonly Part[] };
