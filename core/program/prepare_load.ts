/**
 * What a load does while the database is opened.
 *
 * @module
 */
import type { Machine } from "../machine.ts";
import type { LoadRequest } from "../types.ts";
import { type LoadPlan, nameOfObject } from "./plan_load.ts";

/**
 * Binds libbpf and judges the object. The gate has many files that only loads need: named by a
 * value, they are not read at the start of every command (see importUnseen in cli/main.ts).
 */
export async function prepareLoad(
  { kernel }: Machine,
  request: LoadRequest,
  { bytes }: LoadPlan,
): Promise<void> {
  kernel.loader.warmUp();
  const gate = "./check_structure.ts";
  const { checkStructure }: typeof import("./check_structure.ts") = await import(gate);
  checkStructure(nameOfObject(request), bytes);
}
