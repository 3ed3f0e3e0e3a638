/**
 * The file of facts that the doctor writes.
 *
 * @module
 */
import { profileToFile } from "../bytecode-tools/kernel/profile.ts";
import type { MachineFacts } from "../core/doctor/facts.ts";
import { hostRecord } from "../core/doctor/host_record.ts";
import { captureFacts, type FactSources } from "../core/facts/capture.ts";
import { writeOutputFile } from "./output_file.ts";

/** Writes the facts of the kernel that runs, with what the doctor found of it. */
export async function writeFactsFile(
  sources: FactSources,
  machine: MachineFacts,
  { path, name }: { readonly path: string; readonly name: string | undefined },
): Promise<void> {
  const profile = await captureFacts(sources, name);
  writeOutputFile(path, await profileToFile({ ...profile, host: hostRecord(machine) }));
}
