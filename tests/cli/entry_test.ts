/**
 * Entries of the tool: without deno.json, from a host, and with few permissions. A command that
 * changes something starts its own processes with what they need.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { deepEqual, equal, match } from "node:assert/strict";
import { Sandbox } from "../support/sandbox.ts";
import { serveCheckout } from "../support/serve_checkout.ts";
import { wholeSession } from "../support/tool_session.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OBJECT = `${ROOT}tests/fixtures/many.bpf.o`;

/** A folder of somebody else. */
class Folder implements AsyncDisposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "bpfman-entry-" });

  write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.path}/${name}`, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

function withoutConfig(flags: readonly string[], ...words: readonly string[]): string[] {
  return [Deno.execPath(), "run", "-q", "--no-config", ...flags, `${ROOT}mod.ts`, ...words];
}

Deno.test("mod.ts with --no-config in another directory loads, lists and unloads", async () => {
  await using sandbox = await Sandbox.create();
  const run = (...words: string[]) => sandbox.run(withoutConfig(["-A"], ...words), { cwd: "/" });
  const loaded = await run("load", "file", OBJECT, "--programs", "xdp:xdp_first", "-o", "json");
  equal(loaded.code, 0, loaded.stderr);
  equal(loaded.stderr, "");
  const id = String(JSON.parse(loaded.stdout).programs[0].record.program_id);
  equal((await run("list", "programs", "-q")).stdout, `${id}\n`);
  const unloaded = await run("unload", id);
  deepEqual([unloaded.code, unloaded.stdout, unloaded.stderr], [0, "", ""]);
  deepEqual(JSON.parse((await run("list", "-o", "json")).stdout), { programs: [] });
});

Deno.test("without deno.json exit code and error are the same", async () => {
  await using sandbox = await Sandbox.create();
  const words = ["unload", "4294967295", "-o", "json"];
  const { code, stdout, stderr } = await sandbox.run(withoutConfig(["-A"], ...words), { cwd: "/" });
  equal(code, 3, stderr);
  equal(stdout, "");
  equal(JSON.parse(stderr).error.code, "program-not-found");
});

Deno.test("a reading command needs no second start and no permission to run programs", async () => {
  await using sandbox = await Sandbox.create();
  const reads = `--allow-read=/run/bpfman,${ROOT}`;
  const flags = ["--no-prompt", "--allow-ffi", reads, "--allow-env"];
  const { code, stdout, stderr } = await sandbox.run(
    withoutConfig(flags, "list", "programs", "-o", "json"),
    { cwd: "/" },
  );
  equal(code, 0, stderr);
  deepEqual(JSON.parse(stdout), { programs: [] });
});

Deno.test("a process that may not read the modules says so without a trace", async () => {
  await using sandbox = await Sandbox.create();
  const { code, stderr } = await sandbox.run(withoutConfig(["--no-prompt"], "list"), { cwd: "/" });
  equal(code, 1);
  match(
    stderr,
    /^bpfman: error: Cannot load the command: Requires read access [^\n]*\nhint: [^\n]*\n$/,
  );
});

/** Words that start the tool from a host, as the address of a package on JSR does. */
function remote(entry: string): string[] {
  return [Deno.execPath(), "run", "-q", "-A", entry];
}

for (const entry of ["mod.ts", "cli/main.ts"]) {
  Deno.test(`a remote ${entry} loads, attaches, lists, detaches and unloads`, async () => {
    await using sandbox = await Sandbox.create();
    await using server = await serveCheckout(sandbox);
    await wholeSession({ sandbox, words: remote(`${server.root}/${entry}`), cwd: "/" });
  });
}

Deno.test("the package of a JSR loads, attaches, lists, detaches and unloads", async () => {
  await using sandbox = await Sandbox.create();
  await using server = await serveCheckout(sandbox);
  const env = { JSR_URL: `${server.root}/` };
  await wholeSession({ sandbox, words: remote(`jsr:${config.name}`), cwd: "/", env });
});

Deno.test("a remote entry is its own in a project of somebody else, and loads images", async () => {
  await using sandbox = await Sandbox.create();
  await using server = await serveCheckout(sandbox);
  await using folder = new Folder();
  // the processes of the tool take nothing of it; what the user started with it may
  folder.write("deno.json", '{ "imports": { "node:fs": "./nowhere.ts" } }');
  folder.write("package.json", '{ "dependencies": { "not-installed": "1.0.0" } }');
  const words = remote(`${server.root}/cli/main.ts`);
  const run = (...more: string[]) => sandbox.run([...words, ...more], { cwd: folder.path });
  const data = ["--data-dir", `${folder.path}/data`];
  const layout = `oci:${folder.path}/layout:v1`;
  const built = await run("image", "build", layout, OBJECT, ...data);
  equal(built.code, 0, built.stderr);
  const digest = /sha256:[0-9a-f]{64}/.exec(built.stdout)?.[0] ?? "";
  const load = ["load", "image", layout, "--programs", "xdp:xdp_first", ...data];
  equal((await run(...load)).code, 4);
  const loaded = await run(...load, "--allow-unsigned", digest);
  equal(loaded.code, 0, loaded.stderr);
  match((await run("list", "programs")).stdout, /xdp_first/);
});

Deno.test("a program that calls main() with a change hands over these words, not its own", async () => {
  await using sandbox = await Sandbox.create();
  await using folder = new Folder();
  const load = ["load", "file", OBJECT, "--programs", "xdp:xdp_first", "-o", "json"];
  const mine = `import { main } from "${new URL("cli/main.ts", `file://${ROOT}`)}";
    Deno.exit(await main(${JSON.stringify(load)}));`;
  folder.write("mine.ts", mine);
  const words = [Deno.execPath(), "run", "-q", "-A", "--no-config", "mine.ts", "not", "these"];
  const { code, stdout, stderr } = await sandbox.run(words, { cwd: folder.path });
  deepEqual([code, stderr], [0, ""]);
  equal(JSON.parse(stdout).programs[0].record.load.program_name, "xdp_first");
});

Deno.test("a changing command that may not call C says what it lacks", async () => {
  await using sandbox = await Sandbox.create();
  const flags = ["--no-prompt", "--allow-read", "--allow-write=/run", "--allow-env"];
  const { code, stderr } = await sandbox.run(withoutConfig(flags, "unload", "5"), { cwd: "/" });
  equal(code, 1);
  match(stderr, /^bpfman: error: .*the permission --allow-ffi does not name it/);
  match(stderr, /^hint: Run with the permission set of the command/m);
});

Deno.test("what names hold cannot move the cursor, in answers and in errors", async () => {
  await using sandbox = await Sandbox.create();
  const folder = await Deno.makeTempDir();
  try {
    const copy = `${folder}/a\x1b[2J\u009bb.o`;
    await Deno.copyFile(OBJECT, copy);
    const run = (...words: string[]) => sandbox.run(withoutConfig(["-A"], ...words), { cwd: "/" });
    const shown = await run("inspect", copy);
    equal(shown.code, 0, shown.stderr);
    match(shown.stdout, /a\ufffd\[2J\ufffdb\.o/);
    const failed = await run("inspect", `${copy}x`);
    equal(failed.code, 3);
    match(failed.stderr, /a\ufffd\[2J\ufffdb\.ox" does not exist/);
    // programs get what is there
    equal(JSON.parse((await run("inspect", copy, "-o", "json")).stdout).file, copy);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an answer that finds no room is a failure that says so", async () => {
  for (const words of ["version", "help", `inspect ${OBJECT}`, `inspect ${OBJECT} -o json`]) {
    const line = withoutConfig(["-A"], ...words.split(" ")).join(" ");
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${line} >/dev/full`],
      env: { NO_COLOR: "1" },
    }).output();
    equal(code, 1, words);
    match(
      new TextDecoder().decode(stderr),
      /Cannot write to standard output: No space left on device/,
      words,
    );
  }
});
