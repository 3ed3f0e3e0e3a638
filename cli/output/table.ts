/**
 * Tables: aligned columns, two spaces between, nothing at the end of a line. At a terminal a table
 * fits: first long cells are shortened or go on in further lines, then columns are left out, those
 * that matter least first; a last line names them.
 *
 * @module
 */
import { foldText } from "./fold.ts";
import type { Style, Tone } from "./style.ts";
import { harmless, headOf, tailOf, textWidth } from "./text_width.ts";

/** One column. */
export interface Column {
  readonly header: string;
  /** Ids are set off by colour. @default false */
  readonly isId?: boolean;
  /** What a cell means, for its colour. */
  readonly tone?: (cell: string) => Tone | undefined;
  /** Columns with higher numbers are left out sooner; 0 stays in any case. @default 0 */
  readonly rank?: number;
  /** Long cells go on in further lines, and nothing of them is lost. @default false */
  readonly wraps?: boolean;
  /** Least width that cells may get. @default they stay whole, or their words when they wrap */
  readonly least?: number;
  /** Which end of a shortened cell is kept. @default "start" */
  readonly keep?: "start" | "end";
  /** Shown in wide tables only. @default false */
  readonly isWideOnly?: boolean;
}

/** How a table is set. */
export interface TableOptions {
  readonly style: Style;
  /** Columns of the terminal. Null keeps whole lines. */
  readonly width: number | null;
  /** Shows all columns and cuts nothing. @default false */
  readonly isWide?: boolean;
}

/** A column with its cells, the header first. */
interface Strip {
  readonly column: Column;
  readonly cells: readonly string[];
  /** Columns of the terminal that it gets. */
  readonly width: number;
  /** Columns of the terminal that it gets at least. */
  readonly least: number;
}

const GAP = "  ";
const ELLIPSIS = "…";
/** What a column that wraps gets at least where the terminal is very narrow. */
const TIGHT = 6;

function totalOf(strips: readonly Strip[]): number {
  const gaps = Math.max(0, strips.length - 1) * GAP.length;
  return strips.reduce((sum, { width }) => sum + width, gaps);
}

function longestWord(text: string): number {
  return Math.max(...text.split(" ").map(textWidth));
}

function leastOf({ least, header, wraps }: Column, cells: readonly string[]): number {
  const longest = Math.max(...cells.map(wraps === true ? longestWord : textWidth));
  if (wraps === true) return Math.min(longest, Math.max(least ?? longest, longestWord(header)));
  return least === undefined ? longest : Math.min(longest, Math.max(least, textWidth(header)));
}

/** Takes what is too much from the widest cells first. */
function shorten(strips: readonly Strip[], width: number): Strip[] {
  const widths = strips.map((strip) => strip.width);
  for (let excess = totalOf(strips) - width; excess > 0; excess--) {
    let widest = -1;
    for (const [at, { least }] of strips.entries()) {
      const mine = widths[at] ?? 0;
      if (mine > least && mine > (widths[widest] ?? 0)) widest = at;
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return strips.map((strip, at) => ({ ...strip, width: widths[at] ?? 0 }));
}

function canFit(strips: readonly Strip[], width: number): boolean {
  return totalOf(shrunk(strips)) <= width;
}

/** Leaves out what matters least until the rest fits, shortened where that helps. */
function fit(strips: readonly Strip[], width: number): readonly Strip[] {
  let left = strips;
  while (!canFit(left, width)) {
    const rank = Math.max(...left.map(({ column }) => column.rank ?? 0));
    if (rank <= 0) {
      const tight = left.map(tightened);
      return canFit(tight, width) ? shorten(tight, width) : shrunk(tight);
    }
    const drop = left.findLastIndex(({ column }) => column.rank === rank);
    left = left.filter((_, at) => at !== drop);
  }
  return shorten(left, width);
}

/** What stays in any case, as narrow as may be; lines that are still too long are cut. */
function shrunk(strips: readonly Strip[]): Strip[] {
  return strips.map((strip) => ({ ...strip, width: strip.least }));
}

/** What wraps is broken anywhere before anything is lost. */
function tightened(strip: Strip): Strip {
  const least = strip.column.wraps === true ? Math.min(strip.least, TIGHT) : strip.least;
  return { ...strip, least };
}

/** A cell in at most so many columns. */
function shortened(cell: string, width: number, keep: Column["keep"]): string {
  if (textWidth(cell) <= width) return cell;
  if (keep === "end") return `${ELLIPSIS}${tailOf(cell, width - 1)}`;
  return `${headOf(cell, width - 1)}${ELLIPSIS}`;
}

/** Cuts a line that is longer than the width; an ellipsis stands where it was cut. */
function cutLine(cells: readonly string[], strips: readonly Strip[], width: number): string[] {
  const starts = strips.map((_, at) => totalOf(strips.slice(0, at)) + (at === 0 ? 0 : GAP.length));
  const last = cells.findLastIndex((cell) => cell !== "");
  if ((starts[last] ?? 0) + textWidth(cells[last] ?? "") <= width) return [...cells];
  // One column is kept for the ellipsis: the cut is in the last cell that begins before it.
  const room = width - 1;
  const at = Math.max(0, starts.findLastIndex((start) => start <= room));
  return [...cells.slice(0, at), `${headOf(cells[at] ?? "", room - (starts[at] ?? 0))}${ELLIPSIS}`];
}

type Paint = (text: string, whole: string, column: Column) => string;

/** The lines of one row of the table. */
function rowLines(strips: readonly Strip[], row: number, paint: Paint, width: number | null) {
  const cells = strips.map(({ cells, width, column: { wraps, keep } }) => {
    const cell = cells[row] ?? "";
    return wraps === true ? foldText(cell, width) : [shortened(cell, width, keep)];
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = cells.map((lines) => lines[line] ?? "");
    const shown = width === null ? parts : cutLine(parts, strips, width);
    return lineText(strips, { row, cells: shown }, paint);
  });
}

/** One line of the table. */
function lineText(
  strips: readonly Strip[],
  { row, cells }: { readonly row: number; readonly cells: readonly string[] },
  paint: Paint,
): string {
  const last = cells.findLastIndex((cell) => cell !== "");
  return strips.slice(0, last + 1).map((strip, at) => {
    const cell = cells[at] ?? "";
    const padding = at === last ? "" : " ".repeat(Math.max(0, strip.width - textWidth(cell)));
    return paint(cell, strip.cells[row] ?? "", strip.column) + padding;
  }).join(GAP);
}

function painter(style: Style): Paint {
  return (text, whole, { isId, tone }) => {
    const meaning = tone?.(whole) ?? (isId === true ? "id" : undefined);
    return meaning === undefined ? text : style[meaning](text);
  };
}

/** Says which columns are not there. */
function leftOutLines(all: readonly Strip[], shown: readonly Strip[], width: number | null) {
  const names = all.filter((strip) => shown.every(({ column }) => column !== strip.column))
    .map(({ column }) => column.header);
  if (names.length === 0 || width === null) return [];
  return foldText(`(--wide shows more: ${names.join(", ")})`, width);
}

/** Renders rows under headers; no rows give no text. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  if (rows.length === 0) return "";
  const { style, isWide = false } = options;
  const width = isWide ? null : options.width;
  const strips = columns.map((column, at): Strip => {
    const cells = [column.header, ...rows.map((row) => harmless(row[at] ?? ""))];
    return {
      column,
      cells,
      width: Math.max(...cells.map(textWidth)),
      least: leastOf(column, cells),
    };
  }).filter(({ column }) => isWide || column.isWideOnly !== true);
  const shown = width === null ? strips : fit(strips, width);
  const lines = [
    ...rowLines(shown, 0, (text) => style.header(text), width),
    ...rows.flatMap((_, at) => rowLines(shown, at + 1, painter(style), width)),
    ...leftOutLines(strips, shown, width).map((line) => style.dim(line)),
  ];
  return `${lines.join("\n")}\n`;
}
