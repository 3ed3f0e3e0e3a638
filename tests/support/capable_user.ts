/**
 * An ordinary user whose copy of Deno has capabilities by its file, in a mount namespace in which the
 * administrator made everything ready. It needs no folder of ours: everything is copied.
 *
 * @module
 */
import { ROOT } from "./cli.ts";
import { mustRun } from "./must.ts";

/** The user `nobody`. */
export const USER = 65534;

/** More than a load of a network program needs, so that one can see what is taken away. */
const FILE_CAPABILITIES = "cap_bpf,cap_net_admin,cap_perfmon,cap_sys_admin,cap_sys_ptrace=p";

const POLICY = { scopes: { "file:": { action: "accept", subjects: { users: [USER] } } } };

/** What root makes ready: places that belong to the user, and the policy. */
const PLACES = `
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mkdir -p /run/bpfman/fs /var/log/bpfman
mount -t bpf -o mode=0755 bpf /run/bpfman/fs
chown -R ${USER}:${USER} /run/bpfman /var/log/bpfman
mount --bind "$1/etc" /etc
cd /
`;

const SOURCES = ["mod.ts", "deno.json", "deno.lock", "cli", "core", "ffi", "bytecode-tools"];

async function npmCache(): Promise<string> {
  const text = await mustRun(Deno.execPath(), ["info", "--json"]);
  return JSON.parse(text).npmCache;
}

/** The user with a copy of all that is needed; it vanishes at the end. */
export class CapableUser implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the copies (root). */
  static async make(): Promise<CapableUser> {
    const folder = await Deno.makeTempDir({ prefix: "bpfman-user-" });
    const user = new CapableUser(folder);
    try {
      await user.#fill(await npmCache());
    } catch (error) {
      await user[Symbol.asyncDispose]();
      throw error;
    }
    return user;
  }

  async #fill(modules: string): Promise<void> {
    const folder = this.#folder;
    for (const name of ["sources", "home", "cache", "etc"]) Deno.mkdirSync(`${folder}/${name}`);
    const sources = SOURCES.map((name) => `${ROOT}${name}`);
    await mustRun("cp", ["-r", ...sources, `${folder}/sources`]);
    await mustRun("cp", ["-rL", modules, `${folder}/cache/npm`]);
    await mustRun("cp", ["-a", "/etc/.", `${folder}/etc`]);
    await mustRun("mkdir", ["-p", `${folder}/etc/bpfman`]);
    Deno.writeTextFileSync(`${folder}/etc/bpfman/policy.json`, JSON.stringify(POLICY));
    Deno.copyFileSync(Deno.execPath(), `${folder}/deno`);
    await mustRun("chmod", ["-R", "a+rX,go-w", folder]);
    await mustRun("chmod", ["0755", `${folder}/deno`]);
    await mustRun("chown", ["-R", `${USER}:${USER}`, `${folder}/home`, `${folder}/cache`]);
    await mustRun("setcap", [FILE_CAPABILITIES, `${folder}/deno`]);
  }

  /** Starts a shell script of root, in which `bpfman` is the user's; `exec` keeps the process. */
  start(script: string): Deno.ChildProcess {
    const own = [
      `HOME=${this.#folder}/home`,
      `DENO_DIR=${this.#folder}/cache`,
      "PATH=/usr/bin:/bin",
    ];
    const user = [
      "setpriv",
      "--reuid",
      USER,
      "--regid",
      USER,
      "--clear-groups",
      "env",
      "-i",
      ...own,
    ];
    const deno = [`${this.#folder}/deno`, "run", "-A", `${this.#folder}/sources/mod.ts`];
    const whole = `${PLACES}bpfman="${[...user, ...deno].join(" ")}"\n${script}`;
    return new Deno.Command("unshare", {
      args: ["--mount", "--propagation", "private", "sh", "-ec", whole, "sh", this.#folder],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Copies a file to where the user can read it. */
  async give(path: string): Promise<string> {
    const copy = `${this.#folder}/${path.slice(path.lastIndexOf("/") + 1)}`;
    await Deno.copyFile(path, copy);
    await Deno.chmod(copy, 0o644);
    return copy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
