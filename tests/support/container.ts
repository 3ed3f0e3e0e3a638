/**
 * A process with a root folder of its own, as in a container: a shell, its libraries, and a loader
 * cache that belongs to that root.
 *
 * @module
 */
import { Actor } from "./actor.ts";
import { mustRun } from "./must.ts";

const SHELL = "/bin/bash";

/** Copies the shell and what it needs, and writes the loader's cache. */
async function fill(root: string): Promise<void> {
  const ldd = await mustRun("ldd", [SHELL]);
  const libraries = [...ldd.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  for (const path of [SHELL, ...libraries]) {
    await Deno.mkdir(root + path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(path, root + path);
  }
  for (const folder of ["etc", "dev", "opt"]) await Deno.mkdir(`${root}/${folder}`);
  await Deno.writeTextFile(`${root}/dev/null`, "");
  // where an absolute link leads is for the container to say
  await Deno.symlink(SHELL, `${root}/opt/app`);
  await mustRun("ldconfig", ["-r", root]);
  const start = `#!/bin/sh\nexec chroot ${root} ${SHELL} "$@"\n`;
  await Deno.writeTextFile(`${root}/start`, start, { mode: 0o755 });
}

/** A container with one process. */
export class Container implements AsyncDisposable {
  /** Its root folder. */
  readonly root: string;
  /** Its process. */
  readonly actor: Actor;

  private constructor(root: string, actor: Actor) {
    this.root = root;
    this.actor = actor;
  }

  /** Makes the folder and starts the process. */
  static async start(): Promise<Container> {
    const root = await Deno.makeTempDir({ prefix: "bpfman-container-" });
    await fill(root);
    return new Container(root, await Actor.start(`${root}/start`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.actor[Symbol.asyncDispose]();
    await Deno.remove(this.root, { recursive: true });
  }
}
