/**
 * What the front makes sure of before it hands an object over: whoever has privileges is not to be
 * the first to find that an object is broken, or that it does not have what is asked for.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import { checkStructure } from "../../core/program/check_structure.ts";
import { nameOfObject, planLoad } from "../../core/program/plan_load.ts";

/**
 * Judges an object by itself and by the request.
 *
 * @throws {BpfmanError} When the object is broken, or does not fit the request.
 */
export async function judge({ load }: PreparedLoad): Promise<void> {
  // a replacement of what nobody remembers names no program; the manager says so
  if (load.programs.length > 0) await planLoad(load);
  const { bytes } = load.image ?? load;
  if (bytes !== undefined) checkStructure(nameOfObject(load), bytes);
}
