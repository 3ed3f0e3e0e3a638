/**
 * Many processes that change one runtime directory at the same time.
 *
 * @module
 */
import { ROOT } from "./cli.ts";
import type { Worked } from "./contention_child.ts";
import { runProgram } from "./must.ts";
import type { OwnObject } from "./own_object.ts";
import type { Workspace } from "./workspace.ts";

/** Runs workers until their time is over; a worker that fails is an error. */
export async function contend(
  workspace: Workspace,
  object: OwnObject,
  { workers, seconds }: { readonly workers: number; readonly seconds: number },
): Promise<Worked[]> {
  const script = `${ROOT}tests/support/contention_child.ts`;
  const name = object.name("count_openat");
  return await Promise.all(Array.from({ length: workers }, async (_, seed): Promise<Worked> => {
    const words = [workspace.path, object.path, name, String(seed + 1), String(seconds * 1000)];
    const args = ["run", "-A", script, ...words];
    const { code, stdout, stderr } = await runProgram(Deno.execPath(), args, { cwd: ROOT });
    if (code !== 0) throw new Error(`Cannot go on: worker ${seed} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }));
}

/** A percentile in whole milliseconds; 100 gives the longest. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * part / 100));
  return Math.round(sorted[at] ?? 0);
}
