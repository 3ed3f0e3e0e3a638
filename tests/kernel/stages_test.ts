/**
 * What the kernel says of the two processes of a change. What else holds of them is in tests/cli.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Cli, fixture, PROGRAM } from "../support/cli.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { threadsOfLoader } from "../support/traced_threads.ts";
import { mustEnd, SilentRegistry, startWaiting, statusOf } from "../support/waiting_load.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;
const TRACED = "%network,execve,execveat,clone,clone3,vfork,fork,ptrace,mount,setns,init_module";

/** Runs a command under strace; gives the calls of the loader behind the start of its program. */
async function loaderCalls(workspace: Workspace, words: readonly string[]): Promise<string[]> {
  const cli = new Cli(workspace, "process");
  const file = `${workspace.path}/trace`;
  const args = ["-f", "-qq", "-o", file, "-e", `trace=${TRACED}`, PROGRAM];
  const { code, stderr } = await runProgram("strace", [...args, ...cli.denoArguments(words)]);
  strictEqual(code, 0, stderr);
  return threadsOfLoader(await Deno.readTextFile(file));
}

/**
 * Calls that a loader must not make: whatever starts a program or uses a network. The pair of sockets
 * by which Deno hears of signals leads nowhere else, and no other socket may be made.
 */
function forbidden(lines: readonly string[]): string[] {
  const own = /^(<\.\.\. )?(clone|clone3|socketpair|recvfrom)[( ]|^(---|\+\+\+) /;
  return lines.filter((line) => !own.test(line));
}

/** Commands that bring bytes: in emulation, where strace takes a minute for one, that which does most. */
async function commandsWithBytes(workspace: Workspace): Promise<(readonly string[])[]> {
  const place = ["tracepoint:count_openat", "--tracepoint", "syscalls/sys_enter_openat"];
  const run = ["run", fixture("tracepoint_counter"), "--programs", ...place];
  if (IS_EMULATED) return [run];
  const layout = `oci:${workspace.path}/layout:v1`;
  const build = ["image", "build", layout, fixture("xdp_pass")];
  const { digest } = await new Cli(workspace, "process").json<{ digest: string }>(build);
  const programs = ["--programs", "xdp:xdp_pass"];
  const file = ["load", "file", fixture("xdp_pass"), ...programs];
  return [run, file, ["load", "image", layout, ...programs, "--allow-unsigned", digest]];
}

kernelTest(
  "a loader uses no network and starts no program",
  [...NEEDS, "tracefs", "command:strace"],
  async () => {
    await using workspace = await Workspace.make();
    for (const words of await commandsWithBytes(workspace)) {
      const lines = await loaderCalls(workspace, words);
      // its threads were seen, so its other calls were as well
      strictEqual(lines.some((line) => /^clone3?\(/.test(line)), true, lines.join("\n"));
      deepStrictEqual(forbidden(lines), [], words.join(" "));
    }
  },
);

kernelTest("the front holds no capability while it talks to a registry", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using registry = new SilentRegistry();
  const { child, output, front } = await startWaiting(workspace, registry);
  for (const set of ["CapPrm", "CapEff", "CapInh", "CapAmb"]) {
    deepStrictEqual(statusOf(front, set), ["0000000000000000"], set);
  }
  deepStrictEqual(statusOf(front, "NoNewPrivs"), ["1"]);
  deepStrictEqual(statusOf(child.pid, "NoNewPrivs"), ["1"]);
  deepStrictEqual(statusOf(child.pid, "Seccomp"), ["2"]);
  child.kill("SIGKILL");
  await output;
  await mustEnd(front);
});
