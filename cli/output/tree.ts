/**
 * Labelled values in blocks: two spaces of indent for each level, values of one block aligned,
 * labels sorted, inner blocks last.
 *
 * @module
 */
import { foldValue } from "./fold.ts";
import type { TableOptions } from "./table.ts";
import { harmless } from "./text_width.ts";

/** One object: a title with its id, and what belongs to it. */
export interface Tree {
  readonly title: string;
  readonly id: number;
  readonly entries: readonly Entry[];
}

/** A labelled value, or a labelled block. */
export type Entry =
  | { readonly label: string; readonly value: string }
  | { readonly label: string; readonly entries: readonly Entry[] };

/** A value under a label. */
export function leaf(label: string, value: string | number | boolean): Entry {
  return { label, value: String(value) };
}

/** A block under a label. */
export function block(label: string, entries: readonly Entry[]): Entry {
  return { label, entries };
}

function lines(entries: readonly Entry[], indent: string, options: TableOptions): string[] {
  const leaves = entries.filter((entry) => "value" in entry)
    .sort((a, b) => a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
  const blocks = entries.filter((entry) => "entries" in entry);
  const width = Math.max(0, ...leaves.map((entry) => entry.label.length));
  return [
    ...leaves.flatMap(({ label, ...entry }) => {
      const value = harmless(entry.value);
      // A note stands alone, without a label.
      if (label === "") return foldValue(indent, value, options.width);
      const head = `${indent}${label}:${" ".repeat(width - label.length + 1)}`;
      return foldValue(head, value, options.width).map((line) => line.trimEnd());
    }),
    ...blocks.flatMap(({ label, entries: inner }) => [
      `${indent}${options.style.header(`${label}:`)}`,
      ...lines(inner, `${indent}  `, options),
    ]),
  ];
}

/** Renders one object: the title line, then the blocks. */
export function renderTree(tree: Tree, options: TableOptions): string {
  const { style } = options;
  const { title, id, entries } = tree;
  return [
    `${style.header(`${title}:`)} ${style.id(String(id))}`,
    ...lines(entries, "  ", options),
    "",
  ]
    .join("\n");
}
