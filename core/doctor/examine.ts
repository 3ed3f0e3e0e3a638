/**
 * The doctor as a whole, for the library.
 *
 * @module
 */
import type { Manager } from "../api.ts";
import { type DoctorPlaces, type DoctorSources, gatherFacts } from "./gather/mod.ts";
import { statusFacts } from "./gather/status.ts";
import { judgeHost } from "./judge.ts";
import type { DoctorReport } from "./types.ts";

/**
 * Gathers and judges.
 *
 * @param sources The kernel's files and answers.
 * @param places Our directories.
 * @param manager A manager on the runtime directory.
 */
export async function examine(
  sources: DoctorSources,
  places: DoctorPlaces,
  manager: Pick<Manager, "status">,
): Promise<DoctorReport> {
  const machine = await gatherFacts(sources, places);
  const status = await statusFacts(() => Promise.resolve(manager));
  return judgeHost({ ...machine, status }, new Date());
}
