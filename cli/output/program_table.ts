/**
 * Programs as a table.
 *
 * @module
 */
import type { ProgramRow } from "../../core/types.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";

function linksCell(row: ProgramRow): string {
  if (row.links.length > 0) return row.links.join(" ");
  return row.isManaged ? "<none>" : "-";
}

function holdersCell(row: ProgramRow): string {
  return row.holders.map(({ pid, command }) => `${command}(${pid})`).join(" ");
}

/** A table of programs; columns that would be empty are left out. */
export function programTable(rows: readonly ProgramRow[], options: TableOptions): string {
  const hasApplication = rows.some((row) => row.application !== "");
  const hasOthers = rows.some((row) => !row.isManaged);
  const hasHolders = rows.some((row) => row.holders.length > 0);
  const columns: Column[] = [
    { header: "PROGRAM ID", isId: true },
    ...(hasApplication ? [{ header: "APPLICATION" }] : []),
    { header: "TYPE" },
    { header: "FUNCTION NAME" },
    ...(hasOthers ? [{ header: "MANAGED" }] : []),
    { header: "LINK IDS", isId: true },
    ...(hasHolders ? [{ header: "HELD BY" }] : []),
  ];
  const cells = rows.map((row) => [
    String(row.programId),
    ...(hasApplication ? [row.application] : []),
    row.type,
    row.functionName,
    ...(hasOthers ? [row.isManaged ? "yes" : "no"] : []),
    linksCell(row),
    ...(hasHolders ? [holdersCell(row)] : []),
  ]);
  return renderTable(columns, cells, options);
}
