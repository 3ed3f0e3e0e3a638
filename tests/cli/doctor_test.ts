/**
 * `doctor` on this host: as root, as somebody else, and with things broken.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Check, CheckState, ProgramTypeAnswer } from "../../core/doctor/types.ts";
import { CapableUser } from "../support/capable_user.ts";
import { Cli, fixture, ROOT } from "../support/cli.ts";
import { must, mustRun, type ProgramResult, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;

/** A report, as far as tests read it. */
interface DoctorJson {
  readonly is_fine: boolean;
  readonly kernel: { readonly release: string };
  readonly checks: readonly Check[];
  readonly program_types: readonly (Omit<ProgramTypeAnswer, "isProbed"> & {
    readonly is_probed: boolean;
  })[];
}

function reportOf({ stdout, stderr }: ProgramResult): DoctorJson {
  ok(stdout.startsWith("{"), stderr);
  return JSON.parse(stdout);
}

function stateOf({ checks }: DoctorJson, id: string): CheckState {
  return must(checks.find((check) => check.id === id), id).state;
}

function foundIn({ checks }: DoctorJson, id: string): string {
  return must(checks.find((check) => check.id === id), id).found;
}

/** What is in a folder and below, with times of change. */
async function snapshotOf(folder: string): Promise<string> {
  return await mustRun("find", [folder, "-printf", "%p %T@ %m %U\\n"]);
}

kernelTest("doctor sees libraries, types and state, and changes nothing", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  const data = ["--data-dir", `${workspace.path}/data`];
  const [program] = await cli.load("many", "xdp:xdp_first");
  const before = await snapshotOf(workspace.path);

  const result = await cli.run(["doctor", "-o", "json", ...data]);

  strictEqual(result.code, 0, result.stdout);
  const report = reportOf(result);
  strictEqual(report.is_fine, true);
  strictEqual(report.kernel.release, Deno.osRelease());
  strictEqual(report.program_types.length, 16);
  for (const id of ["libraries.libbpf", "libraries.libxdp", "programs.xdp", "state.bpffs"]) {
    strictEqual(stateOf(report, id), "ok", id);
  }
  match(foundIn(report, "state.store"), /^1 program\(s\), 0 link\(s\)/);
  match(foundIn(report, "libraries.libbpf"), /^\d+\.\d+.* at \/usr\/lib/);
  ok(report.program_types.filter(({ is_probed }) => is_probed).length >= 10);
  strictEqual(await snapshotOf(workspace.path), before);
  await cli.must(["unload", String(must(program, "program").record.program_id)]);
});

kernelTest("doctor on places that do not exist makes none", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const places = [
    "--runtime-dir",
    `${workspace.path}/no/run`,
    "--data-dir",
    `${workspace.path}/no`,
  ];
  const { code, stdout, stderr } = await runProgram(Deno.execPath(), [
    ...["run", "-A", `${ROOT}mod.ts`, "doctor", "-o", "json", ...places],
  ], { cwd: ROOT });
  strictEqual(code, 0, stderr);
  const report: DoctorJson = JSON.parse(stdout);
  strictEqual(stateOf(report, "state.runtime-dir"), "not-applicable");
  strictEqual(stateOf(report, "state.data-dir"), "not-applicable");
  deepStrictEqual(workspace.names(""), []);
});

kernelTest("doctor answers nobody, who may not ask the kernel", NEEDS, async () => {
  await using user = await CapableUser.make();
  const { code, stdout, stderr } = await user.start("exec $bpfman doctor -o json").output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const report = reportOf({ code, stdout: decode(stdout), stderr: decode(stderr) });
  strictEqual(code, 0, decode(stdout));
  match(foundIn(report, "caller.user"), /^user 65534$/);
  const xdp = must(report.program_types.find(({ type }) => type === "xdp"), "xdp");
  deepStrictEqual([xdp.state, xdp.is_probed], ["unknown", false]);
  match(xdp.why ?? "", /^not probed: needs CAP_BPF and CAP_NET_ADMIN/);
  // a policy file is there, and this user may read it
  strictEqual(stateOf(report, "trust.policy"), "ok");
});

/** The library's answer, in the form of the command's. */
const LIBRARY = `
import { examineHost } from "${ROOT}mod.ts";
const [runtimeDirectory, dataDirectory] = Deno.args;
const { isFine, programTypes, checks } = await examineHost({ runtimeDirectory, dataDirectory });
const types = programTypes.map(({ type, state }) => [type, state]);
console.log(JSON.stringify([isFine, types, checks.map(({ id, state }) => [id, state])]));
`;

kernelTest("examineHost() says what the command says, of what a library has", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const places = [workspace.path, `${workspace.path}/data`];
  const told = await mustRun(Deno.execPath(), ["eval", LIBRARY, ...places], { cwd: ROOT });
  const result = await new Cli(workspace, "process").run([
    ...["doctor", "-o", "json", "--data-dir", `${workspace.path}/data`],
  ]);
  const { is_fine, program_types, checks } = reportOf(result);
  const ofTool = /^(runtime\.|state\.config$|trust\.policy$)/;
  deepStrictEqual(JSON.parse(told), [
    is_fine,
    program_types.map(({ type, state }) => [type, state]),
    checks.filter(({ id }) => !ofTool.test(id)).map(({ id, state }) => [id, state]),
  ]);
});

/** A libxdp that is no library, and a bpffs that nobody can write to; for one command only. */
const BREAK = `
mount --bind /dev/null "$(readlink -f /usr/lib/*-linux-gnu/libxdp.so.1)"
mkdir -p "$1/fs"
mount -t bpf -o ro bpf "$1/fs"
shift
exec "$@"
`;

kernelTest("doctor names what is broken, and ends with 9", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const policy = `${workspace.path}/policy.json`;
  const config = `${workspace.path}/bpfman.toml`;
  Deno.writeTextFileSync(policy, "{ nonsense");
  Deno.writeTextFileSync(config, `[policy]\npath = "${policy}"\n[chian]\n`);
  Deno.chmodSync(workspace.path, 0o777);
  const command = new Cli(workspace).denoArguments(["doctor", "-o", "json", "--config", config]);
  const result = await runProgram("unshare", [
    ...["--mount", "--propagation", "private", "sh", "-ec", BREAK, "sh", workspace.path],
    ...[Deno.execPath(), ...command],
  ], { cwd: ROOT });

  strictEqual(result.code, 9, result.stderr);
  const report = reportOf(result);
  strictEqual(report.is_fine, false);
  strictEqual(stateOf(report, "libraries.libxdp"), "warning");
  strictEqual(stateOf(report, "state.bpffs"), "problem");
  strictEqual(stateOf(report, "state.runtime-dir"), "problem");
  strictEqual(stateOf(report, "trust.policy"), "problem");
  strictEqual(stateOf(report, "state.config"), "warning");
});

/** Answers of a check, by program. */
async function answers(cli: Cli, object: string, more: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await cli.run(["check", object, "-o", "json", ...more]);
  ok(stdout.startsWith("{"), stderr);
  const [{ programs }] = JSON.parse(stdout).kernels;
  return programs.map(({ name, answer }: { name: string; answer: string }) => `${name} ${answer}`);
}

kernelTest("facts of doctor answer elsewhere as the live kernel does", [
  ...NEEDS,
  "file:/sys/kernel/btf/vmlinux",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "here");
  const data = ["--data-dir", `${workspace.path}/data`];
  const file = `${workspace.path}/host.facts.gz`;
  const result = await cli.run([
    "doctor",
    "--facts",
    file,
    "--name",
    "there",
    "-o",
    "json",
    ...data,
  ]);
  const report = reportOf(result);
  await cli.must(["kernel", "add", file, ...data]);

  const guards = fixture("core_guards");
  const live = await answers(cli, guards, ["--btf", "/sys/kernel/btf/vmlinux"]);
  ok(live.length > 10);
  deepStrictEqual(await answers(cli, guards, ["--facts", file]), live);
  deepStrictEqual(await answers(cli, guards, ["--kernel", "there", ...data]), live);

  // what the kernel refuses here is refused there, too
  const fentry = must(report.program_types.find(({ type }) => type === "fentry"), "fentry");
  // (what is loaded goes with the bpffs of the workspace)
  const spec = ["--programs", "fentry:fentry_count:vfs_unlink"];
  const loaded = await cli.run(["load", "file", fixture("fentry_counter"), ...spec]);
  strictEqual(loaded.code === 0, fentry.state === "works", loaded.stderr);
  const expected = loaded.code === 0 ? "loads" : "rejected";
  const told = await answers(cli, fixture("fentry_counter"), ["--kernel", "there", ...data]);
  ok(told.includes(`fentry_count ${expected}`), told.join());
});
