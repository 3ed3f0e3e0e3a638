/**
 * Images that loaded programs came from, and those that applications need to come back.
 *
 * @module
 */
import { applicationNames, readGenerations } from "../declared/generations.ts";
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

/** How many generations of an application keep their images: the current one and the last. */
const KEPT_GENERATIONS = 2;

/** What applications need for a restore, and for a rollback by one. */
function declared(dataDirectory: string): ImageUse[] {
  return applicationNames(dataDirectory).flatMap((user) => {
    const last = readGenerations(dataDirectory, user).slice(-KEPT_GENERATIONS);
    if (last.at(-1)?.isDeleted === true) return [];
    return last.flatMap(({ object: { source } }) =>
      source.kind === "image" ? [{ user, digests: [source.digest] }] : []
    );
  });
}

/**
 * Tells which images loaded programs came from, and which applications need. Reads without a lock.
 *
 * @param runtimeDirectory Where the state is.
 * @param dataDirectory Where generations are.
 * @throws {BpfmanError} When the state is there and cannot be read: that is not "none".
 */
export function imagesInUse(runtimeDirectory: string, dataDirectory: string): ImageUse[] {
  const layout = new Layout(runtimeDirectory);
  const listed = readSnapshot(layout.snapshot).programs;
  const records = new Map(unlisted(layout).map((record) => [record.programId, record]));
  for (const [id, record] of listed) records.set(id, record);
  const loaded = [...records.values()].flatMap(({ programId: user, source }) =>
    source.kind === "image" ? [{ user, digests: [source.digest, source.manifestDigest] }] : []
  );
  return [...loaded, ...declared(dataDirectory)];
}
