/**
 * The two processes of a change, seen from outside.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture } from "../support/cli.ts";
import { must, mustBecome, runProgram } from "../support/must.ts";
import { children, readProcess } from "../support/process_table.ts";
import { kernelTest } from "../support/requires.ts";
import { threadsOfLoader } from "../support/traced_threads.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;
const TRACED = "%network,execve,execveat,clone,clone3,vfork,fork,ptrace,mount,setns,init_module";

/** Runs a command under strace; gives the calls of the loader behind the start of its program. */
async function loaderCalls(workspace: Workspace, words: readonly string[]): Promise<string[]> {
  const cli = new Cli(workspace, "process");
  const file = `${workspace.path}/trace`;
  const args = ["-f", "-qq", "-o", file, "-e", `trace=${TRACED}`, Deno.execPath()];
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

kernelTest(
  "the loader of a load uses no network and starts no program",
  [...NEEDS, "command:strace"],
  async () => {
    await using workspace = await Workspace.make();
    const layout = `oci:${workspace.path}/layout:v1`;
    const build = ["image", "build", layout, fixture("xdp_pass"), "-o", "json"];
    const { digest } = JSON.parse(await new Cli(workspace, "process").must(build));
    const programs = ["--programs", "xdp:xdp_pass"];
    const file = ["load", "file", fixture("xdp_pass"), ...programs];
    const image = ["load", "image", layout, ...programs, "--allow-unsigned", digest];
    for (const words of [file, image]) {
      const lines = await loaderCalls(workspace, words);
      // its threads were seen, so its other calls were as well
      strictEqual(lines.some((line) => /^clone3?\(/.test(line)), true, lines.join("\n"));
      deepStrictEqual(forbidden(lines), [], words.join(" "));
    }
  },
);

kernelTest(
  "the loader of a run uses no network and starts no program",
  [...NEEDS, "tracefs", "command:strace"],
  async () => {
    await using workspace = await Workspace.make();
    const words = ["run", fixture("tracepoint_counter"), "--programs"];
    const place = ["tracepoint:count_openat", "--tracepoint", "syscalls/sys_enter_openat"];
    const lines = await loaderCalls(workspace, [...words, ...place]);
    deepStrictEqual(forbidden(lines), []);
  },
);

/** Lines of /proc/PID/status by name, of every thread. */
function statusOf(pid: number, name: string): string[] {
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)].map((entry) => entry.name);
  const texts = threads.map((thread) => readProcess(`/proc/${pid}/task/${thread}/status`));
  const values = texts.filter((text) => text !== "")
    .map((text) => new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(text)?.[1] ?? "");
  return [...new Set(values)];
}

/** The front of a process, once it has one. */
function frontOf(pid: number): number | undefined {
  return children(pid).find((child) =>
    readProcess(`/proc/${child}/environ`).includes("BPFMAN_STAGE=front\0")
  );
}

function isLoader(pid: number): boolean {
  return readProcess(`/proc/${pid}/environ`).includes("BPFMAN_STAGE=loader\0");
}

/** A registry that takes questions and never answers. */
class SilentRegistry implements AsyncDisposable {
  readonly asked: Promise<void>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #over = Promise.withResolvers<Response>();

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.asked = promise;
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, () => {
      resolve();
      return this.#over.promise;
    });
  }

  get image(): string {
    return `127.0.0.1:${this.#server.addr.port}/net/pass:v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.resolve(new Response(null, { status: 404 }));
    await this.#server.shutdown();
  }
}

/** A load from a registry that never answers, at the moment at which it waits. */
async function startWaiting(workspace: Workspace, registry: SilentRegistry) {
  const words = ["load", "image", registry.image, "--programs", "xdp:xdp_pass"];
  const args = new Cli(workspace, "process").denoArguments(words);
  const data = ["--data-dir", `${workspace.path}/data`, "-o", "json"];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, ...data],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  await Promise.race([registry.asked, output]);
  await mustBecome("the start of the loader", () => isLoader(child.pid));
  const front = must(frontOf(child.pid), "front");
  return { child, output, front };
}

async function mustEnd(pid: number): Promise<void> {
  await mustBecome(`the end of process ${pid}`, () => {
    const state = readProcess(`/proc/${pid}/stat`).split(" ")[2] ?? "";
    return state === "" || state === "Z";
  });
}

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

kernelTest("whoever ends the command ends both of its processes", NEEDS, async () => {
  for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
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
  const plain = await runProgram(Deno.execPath(), args, { env });
  const confined = await runProgram("setpriv", ["--no-new-privs", Deno.execPath(), ...args], {
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
  deepStrictEqual(held.toSorted(), ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"]);
  const text = await cli.run(["unload", "4294967295", "--timing"]);
  match(text.stderr, /^Before the jail, all privileges: [\d.]+ ms$/m);
  match(text.stderr, /^Loader, in the jail: [\d.]+ ms$/m);
});
