/**
 * The single-file build, as a user of a machine without Deno starts it.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { END_WORD, STAGE_WORD } from "../../cli/single_file.ts";
import { Cli, fixture, ROOT } from "../support/cli.ts";
import { mustRun, type ProgramResult, runProgram } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { mustEnd, SilentRegistry, startWaiting, statusOf } from "../support/waiting_load.ts";
import { Workspace } from "../support/workspace.ts";
import { TufRepository } from "../signatures/tuf_repository.ts";
import { compile } from "../tools/compile/main.ts";

const NEEDS = ["root", "bpffs"] as const;
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"] as const;

let built: Promise<string> | undefined;

/** The file, built once. */
function program(): Promise<string> {
  built ??= (async () => {
    const out = `${ROOT}.output/single-file/bpfman`;
    await compile({ target: Deno.build.arch, builder: "single-file", out });
    return out;
  })();
  return built;
}

/** Runs the file with an environment that has nothing else. */
async function runBare(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return await runProgram("env", ["-i", ...variables, await program(), ...args], { cwd: "/" });
}

kernelTest(
  "the file runs without any environment, from anywhere, and says who built it",
  [],
  async () => {
    const { code, stdout, stderr } = await runBare(["version", "-o", "json"]);
    deepStrictEqual([code, stderr], [0, ""]);
    strictEqual(JSON.parse(stdout).builder, "single-file");
    match((await runBare(["version"])).stdout, /^ {2}builder +single-file$/m);
    match((await runBare(["--help"])).stdout, /^Load, attach and look after eBPF programs/);
    match((await runBare(["privileges", "load", "xdp"])).stdout, /CAP_BPF/);
    match((await runBare(["version", "-v"])).stdout, /^ {2}kernel +\d/m);
    const unknown = await runBare(["lod"]);
    strictEqual(unknown.code, 2);
    match(unknown.stderr, /load/);
  },
);

kernelTest(
  "a user without a home runs it, and Deno's directory may be closed",
  ["root"],
  async () => {
    await using workspace = await Workspace.make();
    await Deno.chmod(workspace.path, 0o755);
    const copy = `${workspace.path}/bpfman`;
    await Deno.copyFile(await program(), copy);
    const closed = `${workspace.path}/closed`;
    await Deno.mkdir(closed, { mode: 0o555 });
    const words = [...NOBODY, "env", "-i", `DENO_DIR=${closed}`, copy];
    const object = `${workspace.path}/pass.o`;
    await Deno.copyFile(fixture("xdp_pass"), object);
    const { code, stdout, stderr } = await runProgram("setpriv", [
      ...words,
      ...["inspect", object, "-o", "json"],
    ], { cwd: "/" });
    deepStrictEqual([code, stderr], [0, ""]);
    ok(stdout.includes("xdp_pass"));
  },
);

kernelTest("who may not look into the runtime directory is told so", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await Deno.chmod(workspace.path, 0o755);
  const copy = `${workspace.path}/bpfman`;
  await Deno.copyFile(await program(), copy);
  await new Cli(workspace).load("xdp_pass", "xdp:xdp_pass");
  const words = ["unload", "7", "--runtime-dir", workspace.path, "-o", "json"];
  const refused = await runProgram("setpriv", [...NOBODY, "env", "-i", copy, ...words]);
  strictEqual(refused.code, 1, refused.stderr);
  const { error } = JSON.parse(refused.stderr);
  strictEqual(error.code, "runtime-directory");
  match(error.hint, /Run as root/);
});

kernelTest("Deno keeps the code of the packs that every command needs", [], async () => {
  await using workspace = await Workspace.make();
  const env = { DENO_DIR: `${workspace.path}/deno` };
  const words = ["attach", "xdp", "--help"];
  const first = await runBare(words, env);
  deepStrictEqual([first.code, first.stderr], [0, ""]);
  using kept = new DatabaseSync(`${env.DENO_DIR}/v8_code_cache_v2`, { readOnly: true });
  const rows = kept.prepare("SELECT length(data) AS size FROM codecache WHERE specifier LIKE ?")
    .all("file:///proc/self/fd/198?%");
  deepStrictEqual(rows.map(({ size }) => Number(size) > 200_000), [true], JSON.stringify(rows));
  // JavaScript is not compiled once more
  deepStrictEqual([...Deno.readDirSync(env.DENO_DIR)].filter(({ name }) => name === "gen"), []);
  // what was kept is taken: the text is the same
  deepStrictEqual(await runBare(words, env), first);
});

kernelTest("variables and files of others do not change how the file runs", [], async () => {
  await using workspace = await Workspace.make();
  const trap = `${workspace.path}/trap.cjs`;
  await Deno.writeTextFile(trap, 'require("node:fs").writeSync(1, "trapped\\n");');
  for (const name of ["deno.json", "package.json"]) {
    await Deno.writeTextFile(`${workspace.path}/${name}`, "{ this is no JSON");
  }
  const env = {
    DENO_V8_FLAGS: "--help",
    DENO_LOG: "trace",
    NODE_OPTIONS: `--require ${trap}`,
    OTEL_DENO: "true",
  };
  const { code, stdout, stderr } = await runProgram(await program(), ["version", "-o", "json"], {
    cwd: workspace.path,
    env,
  });
  deepStrictEqual([code, stderr], [0, ""]);
  strictEqual(JSON.parse(stdout).builder, "single-file");
});

kernelTest(
  "the form with flags runs the same program with fewer rights, and nothing else",
  [],
  async () => {
    const narrow = await runBare([STAGE_WORD, "--allow-read", END_WORD, "version", "-o", "json"]);
    deepStrictEqual([narrow.code, narrow.stderr], [0, ""]);
    const env = { BPFMAN_RUNTIME_DIR: "/nowhere" };
    const blind = await runBare([STAGE_WORD, "--allow-read", END_WORD, "list", "programs"], env);
    strictEqual(blind.code, 1);
    match(blind.stderr, /allow-ffi/);
    for (const flag of ["--preload=/x.js", "--v8-flags=--help", "-A", "eval", "--inspect"]) {
      const { code, stdout, stderr } = await runBare([STAGE_WORD, flag, END_WORD, "version"]);
      deepStrictEqual([code, stdout], [1, ""], flag);
      match(stderr, /^bpfman: error: Cannot start/);
    }
    strictEqual((await runBare([STAGE_WORD, "--allow-read"])).code, 1);
    // anywhere else the word is a word
    strictEqual((await runBare(["version", STAGE_WORD, "--preload=/x.js", END_WORD])).code, 2);
  },
);

kernelTest("load, attach, list, detach and unload work from the file", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace, "process", await program());
  const [loaded] = await cli.load("xdp_pass", "xdp:xdp_pass");
  const id = loaded?.record.program_id ?? 0;
  const { interface: name, netns } = wire.near;
  const place = ["--iface", name, "--netns", netns, "--priority", "50"];
  const link = await cli.attach(id, "xdp", ...place);
  strictEqual(link.record.program_id, id);
  match(await mustRun("nsenter", [`--net=${netns}`, "ip", "link", "show", name]), /xdp/);
  match(await cli.must(["list", "programs"]), /xdp_pass/);
  await cli.must(["detach", String(link.record.id)]);
  await cli.must(["unload", String(id)]);
  deepStrictEqual((await cli.json<{ programs: unknown[] }>(["list", "programs"])).programs, []);
});

kernelTest(
  "the processes of a load from the file are confined as from the sources",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using registry = new SilentRegistry();
    const { child, output, front } = await startWaiting(workspace, registry, await program());
    const facts = [child.pid, front].map((pid) =>
      ["NoNewPrivs", "CapEff", "CapBnd"].map((name) => statusOf(pid, name))
    );
    child.kill("SIGKILL");
    await output;
    await mustEnd(front);
    const none = "0000000000000000";
    const [loader, other] = facts;
    deepStrictEqual(loader?.slice(0, 2), [["1"], [none]]);
    deepStrictEqual(other?.slice(0, 2), [["1"], [none]]);
    // CAP_SYSLOG, CAP_NET_ADMIN, CAP_PERFMON and CAP_BPF
    deepStrictEqual(loader?.[2], ["000000c400001000"]);
  },
);

kernelTest("images and manifests work from the file", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process", await program());
  const data = ["--data-dir", `${workspace.path}/data`];
  const layout = `oci:${workspace.path}/layout:v1`;
  const made = await cli.must(["image", "build", layout, fixture("xdp_pass"), ...data]);
  const digest = /sha256:[0-9a-f]{64}/.exec(made)?.[0] ?? "";
  const words = ["load", "image", layout, "--programs", "xdp:xdp_pass", ...data];
  strictEqual((await cli.run(words)).code, 4);
  const loaded = await cli.run([...words, "--allow-unsigned", digest]);
  strictEqual(loaded.code, 0, loaded.stderr);
  match(await cli.must(["list", "programs"]), /xdp_pass/);
  // a checkout below /tmp may be gone after the next start, which it notes
  const { code, stdout } = await cli.run(["install-unit", "--dry-run"]);
  strictEqual(code, 0);
  match(stdout, new RegExp(`^ExecStart=${await program()} restore`, "m"));
});

kernelTest(
  "an object is checked against the running kernel, and read from standard input",
  ["file:/sys/kernel/btf/vmlinux"],
  async () => {
    const object = fixture("xdp_pass");
    const check = await runBare(["check", object, "--btf", "/sys/kernel/btf/vmlinux"]);
    deepStrictEqual([check.code, check.stderr], [0, ""]);
    match(check.stdout, /^xdp_pass +xdp +loads$/m);
    const piped = ["-c", '"$0" inspect /dev/stdin <"$1"', await program(), object];
    match(await mustRun("sh", piped), /^xdp_pass +xdp/m);
  },
);

kernelTest(
  "facts go where they were asked for, and nothing else is written",
  ["root", "file:/sys/kernel/btf/vmlinux"],
  async () => {
    await using workspace = await Workspace.make();
    const facts = `${workspace.path}/node.facts.gz`;
    const place = ["--runtime-dir", workspace.path];
    const doctor = await runBare(["doctor", "--facts", facts, ...place, "-o", "json"]);
    ok([0, 9].includes(doctor.code), doctor.stderr);
    strictEqual(doctor.stderr, "");
    const check = await runBare(["check", fixture("xdp_pass"), "--facts", facts]);
    deepStrictEqual([check.code, check.stderr], [0, ""]);
    match(check.stdout, /^xdp_pass +xdp +loads$/m);
  },
);

kernelTest("trust update reads a repository from the file", [], async () => {
  await using repository = new TufRepository();
  await using workspace = await Workspace.make();
  const root = new URL("../fixtures/signatures/mock-instance/trusted_root.json", import.meta.url);
  repository.publish({ version: 1, trustedRoot: await Deno.readTextFile(root) });
  const known = `${workspace.path}/root.json`;
  await Deno.writeTextFile(known, repository.root());
  const words = ["trust", "update", "--mirror", repository.url, "--root", known];
  const { code, stdout, stderr } = await runBare([...words, "--data-dir", workspace.path]);
  deepStrictEqual([code, stderr], [0, ""]);
  strictEqual(stdout, `updated: trusted root of ${repository.url}\n`);
});

kernelTest("a file that went through strip still runs", ["command:strip"], async () => {
  await using workspace = await Workspace.make();
  const copy = `${workspace.path}/bpfman`;
  await mustRun("strip", ["-o", copy, await program()]);
  const { builder } = JSON.parse(await mustRun(copy, ["version", "-o", "json"]));
  strictEqual(builder, "single-file");
});

kernelTest(
  "lists and help read the first pack alone, and the version none",
  ["command:strace"],
  async () => {
    await using workspace = await Workspace.make();
    const log = `${workspace.path}/trace`;
    const packsOf = async (...words: string[]): Promise<string[]> => {
      const traced = ["-f", "-qq", "-e", "trace=openat", "-o", log, await program(), ...words];
      const { code, stderr } = await runProgram("strace", traced, { cwd: "/" });
      strictEqual(code, 0, stderr);
      const opened = (await Deno.readTextFile(log)).match(/(?<=\/proc\/self\/fd\/)19\d/g) ?? [];
      return [...new Set(opened)].sort();
    };
    const place = ["--runtime-dir", `${workspace.path}/none`];
    deepStrictEqual(await packsOf("version"), ["199"]);
    deepStrictEqual(await packsOf("--help"), ["199"]);
    deepStrictEqual(await packsOf("list", "programs", ...place), ["198", "199"]);
    deepStrictEqual(await packsOf("load", "--help"), ["198", "199"]);
  },
);
