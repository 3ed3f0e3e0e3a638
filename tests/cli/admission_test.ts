/**
 * What a policy lets in and keeps out, asked of the whole: real processes, each with its own share.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { Cli, fixture, PROGRAM, ROOT } from "../support/cli.ts";
import { mustBecome, mustRun, runProgram } from "../support/must.ts";
import { readProcess } from "../support/process_table.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;
const PROGRAMS = ["--programs", "xdp:xdp_pass"];

/** Objects and images, signed and not, beside a policy that wants signatures of most of them. */
class Scene implements AsyncDisposable {
  readonly cli: Cli;
  readonly workspace: Workspace;
  readonly #objects: Workspace;

  private constructor(workspace: Workspace, objects: Workspace) {
    this.workspace = workspace;
    this.#objects = objects;
    this.cli = new Cli(workspace, "process");
  }

  static async make(): Promise<Scene> {
    const scene = new Scene(await Workspace.make(), await Workspace.make());
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = privateKey.export({ format: "pem", type: "pkcs8" });
    Deno.writeTextFileSync(scene.path("net.key"), String(key));
    const half = publicKey.export({ format: "pem", type: "spki" });
    Deno.writeTextFileSync(scene.path("net.pub"), String(half));
    return scene;
  }

  path(name: string): string {
    return `${this.#objects.path}/${name}`;
  }

  /** Makes a policy; names of its scopes are below the folder of objects. */
  policy(scopes: Readonly<Record<string, unknown>>): string[] {
    const entries = Object.entries(scopes).map(([name, rule]) => {
      const [kind = "", path = ""] = name.split(":");
      return [`${kind}:${this.path(path)}`.replace(/\/$/, ""), rule];
    });
    const file = this.path("policy.json");
    Deno.writeTextFileSync(file, JSON.stringify({ scopes: Object.fromEntries(entries) }));
    return ["--policy", file];
  }

  /** Copies the object to a name; signs it where that is wanted. */
  async object(name: string, isSigned = false): Promise<string> {
    const path = this.path(name);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.copyFileSync(fixture("xdp_pass"), path);
    if (isSigned) await this.cli.must(["sign", path, "--key", this.path("net.key")]);
    return path;
  }

  /** Code of the one error that a command ends with. */
  async refusal(words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.cli.run([...words, "-o", "json", "--verbose"]);
    strictEqual(stdout, "");
    // one document and nothing besides
    const { error } = JSON.parse(stderr);
    return `${code} ${error.code}`;
  }

  /** Nothing of a load may be left. */
  mustBeEmpty(): void {
    deepStrictEqual(this.workspace.litter(), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
    await this.#objects[Symbol.asyncDispose]();
  }
}

/** Changes a byte in the largest blob of a layout, which is that of the object. */
function damageLayout(path: string): void {
  const folder = `${path}/blobs/sha256`;
  const blobs = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`)
    .sort((a, b) => Deno.statSync(b).size - Deno.statSync(a).size);
  const [largest = ""] = blobs;
  const bytes = Deno.readFileSync(largest);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  Deno.writeFileSync(largest, bytes);
}

kernelTest("of images a policy lets in what is signed, and nothing else", NEEDS, async () => {
  await using scene = await Scene.make();
  const { cli } = scene;
  const layout = (name: string) => `oci:${scene.path(name)}:v1`;
  await cli.must(["image", "build", layout("signed"), fixture("xdp_pass")]);
  await mustRun("cp", ["-r", scene.path("signed"), scene.path("plain")]);
  await cli.must(["image", "sign", layout("signed"), "--key", scene.path("net.key")]);
  await mustRun("cp", ["-r", scene.path("signed"), scene.path("damaged")]);
  damageLayout(scene.path("damaged"));
  const load = (name: string) => ["load", "image", layout(name), ...PROGRAMS];
  const policy = scene.policy({ "oci:": { require: [{ keys: ["net.pub"] }] } });
  strictEqual(await scene.refusal([...load("plain"), ...policy]), "4 image-unsigned");
  match(await scene.refusal([...load("damaged"), ...policy]), /^[1-9]\d* image-/);
  strictEqual(await scene.refusal(load("signed")), "4 signature-refused");
  strictEqual(await scene.refusal(load("plain")), "4 image-unsigned");
  scene.mustBeEmpty();
  await cli.must([...load("signed"), ...policy]);
  await cli.must([...load("signed"), "--key", scene.path("net.pub")]);
  strictEqual(scene.workspace.names("programs").length, 2);
});

kernelTest("of files a policy lets in what is signed, by their real paths", NEEDS, async () => {
  await using scene = await Scene.make();
  const { cli } = scene;
  const signed = await scene.object("signed.o", true);
  const plain = await scene.object("plain.o");
  const changed = await scene.object("changed.o", true);
  Deno.writeFileSync(changed, new Uint8Array([...Deno.readFileSync(signed), 0]));
  const free = await scene.object("free/pass.o");
  Deno.symlinkSync(plain, scene.path("free/plain.o"));
  const policy = scene.policy({
    "file:": { require: [{ keys: ["net.pub"] }] },
    "file:free": { action: "accept" },
  });
  const load = (path: string) => ["load", "file", path, ...PROGRAMS, ...policy];
  strictEqual(await scene.refusal(load(plain)), "4 file-unsigned");
  strictEqual(await scene.refusal(load(changed)), "4 signature-refused");
  strictEqual(await scene.refusal(load(scene.path("free/plain.o"))), "4 file-unsigned");
  scene.mustBeEmpty();
  await cli.must(load(signed));
  await cli.must(load(free));
  strictEqual(scene.workspace.names("programs").length, 2);
});

const PLACE = ["--programs", "tracepoint:count_openat"];
const TRACEPOINT = ["--tracepoint", "syscalls/sys_enter_openat"];

kernelTest(
  "the places of a scope bind run, attach and program replace",
  [...NEEDS, "tracefs"],
  async () => {
    await using scene = await Scene.make();
    const { cli } = scene;
    for (const name of ["free/a.o", "bound/a.o"]) {
      await scene.object(name);
      Deno.copyFileSync(fixture("tracepoint_counter"), scene.path(name));
    }
    const policy = scene.policy({
      "file:free": { action: "accept" },
      "file:bound": { action: "accept", attach: { targets: ["sched/*"] } },
    });
    const [free, bound] = [scene.path("free/a.o"), scene.path("bound/a.o")];
    const run = (path: string) => ["run", path, ...PLACE, ...TRACEPOINT, ...policy];
    strictEqual(await scene.refusal(run(bound)), "4 policy-refused");
    scene.mustBeEmpty();
    const { program } = JSON.parse(await cli.must([...run(free), "-o", "json"]));
    const id = String(program.record.program_id);
    const before = scene.workspace.litter();
    const replace = ["program", "replace", id, ...policy, "--with"];
    strictEqual(await scene.refusal([...replace, bound]), "4 policy-refused");
    // of a program without a row no rule can tell anything, so the object is not judged at all
    const unknown = ["program", "replace", "4294967295", ...policy, "--with"];
    const elsewhere = await scene.object("elsewhere.o");
    strictEqual(await scene.refusal([...replace, elsewhere]), "4 policy-refused");
    strictEqual(await scene.refusal([...unknown, elsewhere]), "3 program-not-found");
    deepStrictEqual(scene.workspace.litter(), before);
    const { programs } = JSON.parse(
      await cli.must(["load", "file", bound, ...PLACE, ...policy, "-o", "json"]),
    );
    const other = String(programs[0].record.program_id);
    const attach = ["attach", other, "tracepoint", "syscalls/sys_enter_openat", ...policy];
    strictEqual(await scene.refusal(attach), "4 policy-refused");
    await cli.must([...replace, free]);
  },
);

kernelTest("root asks for a service account", NEEDS, async () => {
  await using scene = await Scene.make();
  const path = await scene.object("pass.o");
  const subjects = { serviceAccounts: ["net/agent"] };
  const policy = scene.policy({ "file:": { action: "accept", subjects } });
  const words = ["load", "file", path, ...PROGRAMS, ...policy];
  strictEqual(await scene.refusal(words), "4 policy-refused");
  scene.mustBeEmpty();
  const env = { BPFMAN_SERVICE_ACCOUNT: "net/agent" };
  const { code, stderr } = await scene.cli.run(words, { env });
  strictEqual(code, 0, stderr);
});

kernelTest("a load needs no HOME, as services have none", NEEDS, async () => {
  await using scene = await Scene.make();
  const words = scene.cli.denoArguments(["load", "file", fixture("xdp_pass"), ...PROGRAMS]);
  await mustRun("env", ["-u", "HOME", PROGRAM, ...words]);
});

kernelTest("a full disk is told of, and nothing is left loaded", NEEDS, async () => {
  await using scene = await Scene.make();
  const directory = scene.path("full");
  await mustRun("mkdir", [directory]);
  await mustRun("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
  try {
    const words = ["load", "file", fixture("xdp_pass"), ...PROGRAMS, "-o", "json"];
    const args = ["run", "-A", `${ROOT}mod.ts`, ...words, "--runtime-dir", directory];
    const { code, stdout, stderr } = await runProgram(Deno.execPath(), args);
    deepStrictEqual([code, stdout], [1, ""]);
    const { error } = JSON.parse(stderr);
    strictEqual(error.code, "store-full");
    // moving the database away would lose what is in it
    match(error.hint, /^Make room/);
    const pins = [...Deno.readDirSync(`${directory}/fs`)].map(({ name }) => name);
    deepStrictEqual(pins.filter((name) => name.startsWith("prog_")), []);
  } finally {
    await mustRun("umount", ["--recursive", directory]);
  }
});

kernelTest("a signal is not lost before there are two processes", NEEDS, async () => {
  await using scene = await Scene.make();
  const pipe = scene.path("pipe");
  await mustRun("mkfifo", [pipe]);
  const child = new Deno.Command(PROGRAM, {
    args: scene.cli.denoArguments(["load", "file", pipe, ...PROGRAMS]),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    // it opens the pipe, and waits for somebody who writes
    await mustBecome(
      "an open that waits",
      () => /partner|fifo/.test(readProcess(`/proc/${child.pid}/wchan`)),
    );
    child.kill("SIGTERM");
    await mustBecome("its end", () => {
      const state = readProcess(`/proc/${child.pid}/stat`).split(" ")[2] ?? "";
      return state === "" || state === "Z";
    });
    strictEqual((await child.status).code, 143);
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // it has ended, as it should
    }
  }
});
