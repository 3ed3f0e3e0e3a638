/**
 * A runtime directory of one test: made empty, removed with its bpffs.
 *
 * @module
 */
import { mustRun } from "./must.ts";

/** A runtime directory that vanishes with everything in it. */
export class Workspace implements AsyncDisposable {
  /** Absolute path, to be given as `--runtime-dir`. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes an empty one. */
  static async make(): Promise<Workspace> {
    return new Workspace(await Deno.makeTempDir({ prefix: "bpfman-test-" }));
  }

  /** Path of its bpffs. */
  get bpffs(): string {
    return `${this.path}/fs`;
  }

  /** How many file systems are mounted on its bpffs path; more than one is a fault. */
  mounts(): number {
    const lines = Deno.readTextFileSync("/proc/self/mounts").split("\n");
    return lines.filter((line) => line.split(" ")[1] === this.bpffs).length;
  }

  /** Names below a folder of the workspace, sorted; empty when there is no such folder. */
  names(folder: string): string[] {
    try {
      return [...Deno.readDirSync(`${this.path}/${folder}`)].map(({ name }) => name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Every pin and every folder that belongs to a program or a link; the fixed folders are not. */
  litter(): string[] {
    const fixed = [
      ...["internal", "links", "maps", "shared"],
      ...["tc-egress", "tc-ingress", "tcx-egress", "tcx-ingress", "xdp"],
    ];
    // the kernel puts these two iterators on every bpffs that it mounts
    const own = ["maps.debug", "progs.debug"];
    const top = this.names("fs").filter((name) => !fixed.includes(name) && !own.includes(name));
    return [
      ...top.map((name) => `fs/${name}`),
      ...fixed.flatMap((folder) =>
        this.names(`fs/${folder}`).map((name) => `fs/${folder}/${name}`)
      ),
      ...this.names("programs").map((name) => `programs/${name}`),
      ...this.names(".staging").map((name) => `.staging/${name}`),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let left = this.mounts(); left > 0; left--) await mustRun("umount", [this.bpffs]);
    await Deno.remove(this.path, { recursive: true });
  }
}
