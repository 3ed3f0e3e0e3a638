/**
 * Labelled values in blocks: two spaces of indent for each level, values of one block aligned,
 * labels sorted, inner blocks last.
 *
 * @module
 */
import type { Style } from "./style.ts";
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

function lines(entries: readonly Entry[], indent: string, style: Style): string[] {
  const leaves = entries.filter((entry) => "value" in entry)
    .sort((a, b) => a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
  const blocks = entries.filter((entry) => "entries" in entry);
  const width = Math.max(0, ...leaves.map((entry) => entry.label.length));
  return [
    ...leaves.map(({ label, ...entry }) => {
      const value = harmless(entry.value);
      // A note stands alone, without a label.
      if (label === "") return `${indent}${value}`;
      return `${indent}${label}:${" ".repeat(width - label.length + 1)}${value}`.trimEnd();
    }),
    ...blocks.flatMap(({ label, entries: inner }) => [
      `${indent}${style.header(`${label}:`)}`,
      ...lines(inner, `${indent}  `, style),
    ]),
  ];
}

/** Renders one object: the title line, then the blocks. */
export function renderTree(tree: Tree, style: Style): string {
  const { title, id, entries } = tree;
  return [
    `${style.header(`${title}:`)} ${style.id(String(id))}`,
    ...lines(entries, "  ", style),
    "",
  ]
    .join("\n");
}
