/**
 * Programs as a table.
 *
 * @module
 */
import type { ProgramRow } from "../../core/types.ts";
import type { Tone } from "./style.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";

function linksCell(row: ProgramRow): string {
  if (row.links.length > 0) return row.links.join(" ");
  return row.isManaged ? "<none>" : "-";
}

function holdersCell(row: ProgramRow): string {
  return row.holders.map(({ pid, command }) => `${command}(${pid})`).join(" ");
}

function managedTone(cell: string): Tone {
  return cell === "yes" ? "ok" : "dim";
}

/** A program without links does nothing. */
function linksTone(cell: string): Tone {
  return cell === "<none>" ? "warn" : cell === "-" ? "dim" : "id";
}

/** A table of programs; columns that would be empty are left out. */
export function programTable(rows: readonly ProgramRow[], options: TableOptions): string {
  const hasApplication = rows.some((row) => row.application !== "");
  const hasOthers = rows.some((row) => !row.isManaged);
  const hasHolders = rows.some((row) => row.holders.length > 0);
  const columns: Column[] = [
    { header: "PROGRAM ID", isId: true },
    ...(hasApplication ? [{ header: "APPLICATION", rank: 2, least: 11 }] : []),
    { header: "TYPE", rank: 1 },
    { header: "FUNCTION NAME", least: 13 },
    ...(hasOthers ? [{ header: "MANAGED", rank: 3, tone: managedTone }] : []),
    { header: "LINK IDS", tone: linksTone, least: 8 },
    ...(hasHolders ? [{ header: "HELD BY", rank: 4, least: 12 }] : []),
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
