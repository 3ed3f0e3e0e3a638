/**
 * The job of a virtual machine: files that tell the guest what to run, and with which shares.
 *
 * @module
 */
import { type Disk, diskDevice, type Share, shareTag } from "./qemu.ts";

/** A command and its surroundings. */
export interface Job {
  readonly command: readonly string[];
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly shares: readonly Share[];
  readonly disks: readonly Disk[];
}

/** Writes the files of a job into an existing directory. */
export async function writeJob(job: Job, directory: string): Promise<void> {
  await Deno.writeTextFile(`${directory}/command.sh`, commandScript(job));
  await Deno.writeTextFile(`${directory}/shares`, placeLines(job.shares, shareTag));
  await Deno.writeTextFile(`${directory}/disks`, placeLines(job.disks, diskDevice));
}

/** Returns the shell script that runs the command of a job; every word is quoted. */
export function commandScript(job: Job): string {
  const [program] = job.command;
  if (program === undefined) throw new Error("Cannot start a virtual machine without a command");
  const assignments = Object.entries(job.env).map(([name, text]) => `${name}=${text}`);
  const words = ["/usr/bin/env", "-i", ...assignments, ...job.command];
  return `cd ${quote(job.cwd)} || exit 126\nexec ${words.map(quote).join(" ")}\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function placeLines(
  places: readonly { readonly guest: string }[],
  nameOf: (index: number) => string,
): string {
  return places.map(({ guest }, index) => {
    // The guest reads the list line by line and makes the directory below its root.
    if (!guest.startsWith("/") || guest.includes("\n")) {
      throw new Error(`Cannot share at "${guest}": the guest's directory must be an absolute path`);
    }
    return `${nameOf(index)} ${guest}\n`;
  }).join("");
}
