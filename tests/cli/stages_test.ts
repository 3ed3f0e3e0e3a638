/**
 * The two processes of a change, seen from outside.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture, PROGRAM } from "../support/cli.ts";
import { mustBecome, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { readProcess } from "../support/process_table.ts";
import { mustEnd, SilentRegistry, startWaiting, statusOf } from "../support/waiting_load.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;

kernelTest("whoever ends the command ends both of its processes", NEEDS, async () => {
  const signals = [["SIGTERM", 143], ["SIGINT", 130]] as const;
  for (const [signal, exitCode] of signals) {
    await using workspace = await Workspace.make();
    await using registry = new SilentRegistry();
    const { child, output, front } = await startWaiting(workspace, registry);
    await mustBecome(
      "a loader that waits",
      () => statusOf(child.pid, "Seccomp_filters")[0] === "2",
    );
    await mustBecome("a listener", () => hasHandler(child.pid, signal));
    child.kill(signal);
    const { code, stderr } = await output;
    strictEqual(code, exitCode, new TextDecoder().decode(stderr));
    await mustEnd(front);
  }
});

/** True when a process has a handler for a signal. */
function hasHandler(pid: number, signal: "SIGINT" | "SIGTERM"): boolean {
  const mask = BigInt(`0x${statusOf(pid, "SigCgt")[0] ?? "0"}`);
  return (mask >> (signal === "SIGINT" ? 1n : 14n)) % 2n === 1n;
}

kernelTest("a front that is killed is told of, and nothing is loaded", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using registry = new SilentRegistry();
  const { output, front } = await startWaiting(workspace, registry);
  Deno.kill(front, "SIGKILL");
  const { code, stderr } = await output;
  strictEqual(code, 1);
  const { error } = JSON.parse(new TextDecoder().decode(stderr));
  strictEqual(error.code, "front-failed");
  match(error.message, /was ended by signal 9/);
});

kernelTest("a loader that was started by hand is refused", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const args = new Cli(workspace, "process").denoArguments(["unload", "5", "-o", "json"]);
  const env = { BPFMAN_STAGE: "loader" };
  const plain = await runProgram(PROGRAM, args, { env });
  const confined = await runProgram("setpriv", ["--no-new-privs", PROGRAM, ...args], {
    env,
  });
  for (const { code, stderr } of [plain, confined]) {
    strictEqual(code, 4, stderr);
    strictEqual(JSON.parse(stderr).error.code, "not-confined");
  }
});

kernelTest("--timing tells the phases and the windows of privileges", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  const words = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass", "--timing"];
  const { code, stderr } = await cli.run([...words, "-o", "json"]);
  strictEqual(code, 0, stderr);
  const { timing } = JSON.parse(stderr);
  for (const stage of ["start", "front", "loader"]) {
    strictEqual(timing[stage].length > 0, true, `${stage}: ${stderr}`);
  }
  const held = timing.capabilities.map(({ capability }: { capability: string }) => capability);
  deepStrictEqual(held.toSorted(), ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYSLOG"]);
  const text = await cli.run(["unload", "4294967295", "--timing"]);
  match(text.stderr, /^Before the jail, all privileges: [\d.]+ ms$/m);
  match(text.stderr, /^Loader, in the jail: [\d.]+ ms$/m);
});

/** What the loader of a load is told that it may do. */
async function grantOf(workspace: Workspace): Promise<string[]> {
  await using registry = new SilentRegistry();
  const { child, output, front } = await startWaiting(workspace, registry);
  const variables = readProcess(`/proc/${child.pid}/environ`).split("\0");
  child.kill("SIGKILL");
  await output;
  await mustEnd(front);
  return variables.filter((line) => /^BPFMAN_(CAPABILITIES|LANDLOCK)=/.test(line));
}

kernelTest("a first load that was refused gives the next one no more rights", NEEDS, async () => {
  await using fresh = await Workspace.make();
  await using used = await Workspace.make();
  const words = ["load", "file", fixture("bad_verifier"), "--programs", "xdp:xdp_unchecked"];
  strictEqual((await new Cli(used, "process").run(words)).code, 5);
  const wanted = await grantOf(fresh);
  strictEqual(wanted.length, 1, wanted.join());
  match(wanted[0] ?? "", /^BPFMAN_CAPABILITIES=CAP_BPF,(?!.*CAP_SYS_ADMIN)/);
  deepStrictEqual(await grantOf(used), wanted);
});
