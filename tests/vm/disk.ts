/**
 * Disks of virtual machines.
 *
 * @module
 */
import { runProgram } from "./process.ts";

/** Makes a file with an empty ext4 in it; only what is written takes room. */
export async function makeDisk(file: string, mebibytes: number): Promise<void> {
  using made = await Deno.open(file, { createNew: true, write: true });
  await made.truncate(mebibytes * 1024 * 1024);
  await runProgram("mke2fs", ["-q", "-F", "-t", "ext4", file]);
}
