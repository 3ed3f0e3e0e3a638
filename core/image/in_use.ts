/**
 * Images that loaded programs came from.
 *
 * @module
 */
import { Layout } from "../layout.ts";
import { readProvenance } from "../program/publish.ts";
import { readSnapshot } from "../store/snapshot.ts";
import type { ProgramRecord } from "../types.ts";
import type { ImageUse } from "./settings.ts";

/** Rows of programs whose load was cut off before its rows were written; they will be adopted. */
function unlisted(layout: Layout): ProgramRecord[] {
  let names: string[];
  try {
    names = [...Deno.readDirSync(layout.programs)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const ids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return ids.flatMap((id) => readProvenance(layout, id)?.record ?? []);
}

/**
 * Tells which images loaded programs came from. Reads without a lock.
 *
 * @param runtimeDirectory Where the state is.
 * @throws {BpfmanError} When the state is there and cannot be read: that is not "none".
 */
export function imagesInUse(runtimeDirectory: string): ImageUse[] {
  const layout = new Layout(runtimeDirectory);
  const listed = readSnapshot(layout.snapshot).programs;
  const records = new Map(unlisted(layout).map((record) => [record.programId, record]));
  for (const [id, record] of listed) records.set(id, record);
  return [...records.values()].flatMap(({ programId, source }) =>
    source.kind === "image" ? [{ programId, digests: [source.digest, source.manifestDigest] }] : []
  );
}
