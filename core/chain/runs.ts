/**
 * How often the members of a chain ran.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { LinkId } from "../types.ts";
import type { HookRecord } from "./record.ts";

/** Runs by link; null where nobody counts, or we may not look. */
export async function runsOf(
  machine: Machine,
  record: HookRecord,
): Promise<ReadonlyMap<LinkId, bigint> | null> {
  if (record.current?.engine !== "compose") return null;
  // named by a value: most commands do not need these files (see importUnseen in cli/main.ts)
  const path = "./compose/counters.ts";
  const { readCounts }: typeof import("./compose/counters.ts") = await import(path);
  return readCounts(machine, record);
}
