/**
 * Tables: aligned columns, two spaces between, nothing at the end of a line.
 *
 * @module
 */
import type { Style } from "./style.ts";

/** One column. */
export interface Column {
  readonly header: string;
  /** Ids are set off by colour. @default false */
  readonly isId?: boolean;
}

/** How a table is set. */
export interface TableOptions {
  readonly style: Style;
  /** Columns of the terminal; longer lines are cut. Null keeps whole lines. */
  readonly width: number | null;
}

const GAP = "  ";

/** Columns before each cell of a line. */
function starts(widths: readonly number[]): number[] {
  let start = 0;
  return widths.map((width) => {
    const mine = start;
    start += width + GAP.length;
    return mine;
  });
}

/** Cuts a line that is longer than the width; an ellipsis stands where it was cut. */
function cut(cells: readonly string[], widths: readonly number[], width: number | null): string[] {
  const begin = starts(widths);
  const last = cells.findLastIndex((cell) => cell !== "");
  if (width === null || (begin[last] ?? 0) + (cells[last]?.length ?? 0) <= width) return [...cells];
  // One column is kept for the ellipsis: the cut is in the last cell that begins before it.
  const room = width - 1;
  const at = Math.max(0, begin.findLastIndex((start) => start <= room));
  const cell = cells[at] ?? "";
  return [...cells.slice(0, at), `${cell.slice(0, Math.max(0, room - (begin[at] ?? 0)))}…`];
}

/** Renders rows under headers; no rows give no text. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  if (rows.length === 0) return "";
  const headers = columns.map((column) => column.header);
  const widths = headers.map((header, at) =>
    Math.max(header.length, ...rows.map((row) => row[at]?.length ?? 0))
  );
  const line = (cells: readonly string[], paint: (text: string, at: number) => string) => {
    const shown = cut(cells, widths, options.width);
    const last = shown.findLastIndex((cell) => cell !== "");
    return shown.slice(0, last + 1).map((cell, at) => {
      const padding = at === last ? "" : " ".repeat(Math.max(0, (widths[at] ?? 0) - cell.length));
      return paint(cell, at) + padding;
    }).join(GAP);
  };
  const { style } = options;
  const body = rows.map((row) =>
    line(row, (text, at) => columns[at]?.isId ? style.id(text) : text)
  );
  return [line(headers, (text) => style.header(text)), ...body, ""].join("\n");
}
