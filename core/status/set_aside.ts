/**
 * Keeping a damaged database aside, so that a new one can take its place.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import { openKvStore } from "../store/kv_store.ts";
import { storeError } from "../store/store_error.ts";
import type { RepairStep } from "../types.ts";
import { sightDatabase } from "./database_file.ts";

/** Files that SQLite keeps beside a database. */
const PARTS = ["", "-wal", "-shm"] as const;

function rename(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw storeError(from, error);
  }
}

/** True for a database whose rows cannot be read. A newer version is not damage. */
async function isUnreadable({ layout }: Machine): Promise<boolean> {
  const { database, snapshot } = layout;
  try {
    using _store = await openKvStore({ path: database, snapshotPath: snapshot });
    return false;
  } catch (error) {
    if (error instanceof BpfmanError && error.code === "store-corrupt") return true;
    throw error;
  }
}

/**
 * Moves a damaged database away. The writer's lock must be held, unless this is a dry run, which
 * does not open the database: to open it is to write to it.
 *
 * @param machine The machine.
 * @param options Whether to look only.
 * @returns What was done; null for a database that can be used, or none.
 */
export async function setAside(
  machine: Machine,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<RepairStep | null> {
  const { database, snapshot } = machine.layout;
  const { state } = sightDatabase(database, snapshot);
  const isDamaged = state === "damaged" ||
    (state === "sound" && !isDryRun && await isUnreadable(machine));
  if (!isDamaged) return null;
  const kept = `${database}.corrupt-${machine.now().toISOString().replaceAll(":", "-")}`;
  if (!isDryRun) { for (const part of PARTS) rename(`${database}${part}`, `${kept}${part}`); }
  return {
    code: "database-corrupt",
    message: `the damaged database is kept as "${kept}"`,
  };
}
