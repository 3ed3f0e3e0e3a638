/**
 * Generations as text and as JSON.
 *
 * @module
 */
import type { Generation } from "../../core/types.ts";
import { rfc3339 } from "./format.ts";
import type { Tone } from "./style.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import type { HistoryJson } from "../schema/application.ts";

function whatText({ isDeleted, rollbackOf, application }: Generation): string {
  if (isDeleted) return "removed";
  const { bytecode } = application;
  const from = bytecode.kind === "image" ? bytecode.url : bytecode.path;
  return rollbackOf === undefined ? from : `${from} (as generation ${rollbackOf})`;
}

function fromTone(cell: string): Tone | undefined {
  return cell === "removed" ? "warn" : undefined;
}

/** A table of generations. */
export function historyText(generations: readonly Generation[], options: TableOptions): string {
  const columns: Column[] = [
    { header: "APPLICATION" },
    { header: "GENERATION", isId: true },
    { header: "OWNER", rank: 4, least: 8 },
    { header: "CREATED", rank: 1 },
    { header: "BY", rank: 2, least: 8 },
    { header: "OBJECT", rank: 5 },
    { header: "FROM", rank: 3, least: 16, keep: "end", tone: fromTone },
  ];
  const rows = generations.map((generation) => [
    generation.application.name,
    String(generation.number),
    generation.owner,
    rfc3339(generation.createdAt),
    generation.createdBy,
    generation.object.objectDigest.slice(0, "sha256:".length + 12),
    whatText(generation),
  ]);
  return renderTable(columns, rows, options);
}

/** Generations as they are kept, in the words of JSON documents. */
export function historyJson(generations: readonly Generation[]): HistoryJson {
  return {
    generations: generations.map((generation) => ({
      application: generation.application.name,
      generation: generation.number,
      is_deleted: generation.isDeleted,
      owner: generation.owner,
      created_at: generation.createdAt,
      created_by: generation.createdBy,
      rollback_of: generation.rollbackOf ?? null,
      digest: generation.digest,
      object_digest: generation.object.objectDigest,
      image: generation.object.imageDigest,
      bytecode: generation.application.bytecode,
      programs: generation.application.programs.map(({ name, type, links }) => ({
        name,
        type,
        links: links.length,
      })),
    })),
  };
}
