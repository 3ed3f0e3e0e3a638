// Boots real machines. Each boot costs some seconds of CPU, so one boot answers many questions.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { bootVm, type BootVmOptions, type BootVmResult } from "./boot.ts";
import { children, readProcess } from "../support/process_table.ts";
import type { KernelName } from "./kernels.ts";

/** A directory on the root that the guest sees read-only, removed at the end. */
class Workspace implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "bpfman-vm-test-" });

  write(name: string, content: string | Uint8Array): string {
    const path = `${this.path}/${name}`;
    Deno.writeFileSync(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    return path;
  }

  directory(name: string): string {
    Deno.mkdirSync(`${this.path}/${name}`);
    return `${this.path}/${name}`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

interface Captured {
  readonly result: BootVmResult;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly log: string[];
}

async function capture(
  options: Omit<BootVmOptions, "onStdout" | "onStderr" | "log">,
): Promise<Captured> {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const log: string[] = [];
  const result = await bootVm({
    timeoutSeconds: 600,
    ...options,
    onStdout: (chunk) => void stdout.push(chunk),
    onStderr: (chunk) => void stderr.push(chunk),
    log: (line) => void log.push(line),
  });
  return { result, stdout: joined(stdout), stderr: joined(stderr), log };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Bytes of every value, more than a pipe or a virtio buffer holds. */
function everyByte(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);
}

/** Looks at the guest from inside; each fact is a line `name=value` in $FACTS. */
const INSPECTION = `
fact() { name=$1; shift; echo "$name=$("$@" 2>&1 | tr '\\n' ' ' | sed 's/ *$//')" >>"$FACTS"; }
fact release uname -r
fact cwd pwd
fact variable printenv WITH_QUOTES
fact btf od -An -tx1 -N2 /sys/kernel/btf/vmlinux
fact lsm cat /sys/kernel/security/lsm
fact mounts awk '{print $3 ":" $2}' /proc/mounts
fact kprobes ls /sys/kernel/tracing/kprobe_events
fact loopback cat /sys/class/net/lo/flags
fact veth ip link add veth-test type veth
fact deno "$DENO" eval 'console.log(1 + 1, Deno.build.os)'
echo changed >"$ROOT_FILE"
fact changed cat "$ROOT_FILE"
cat "$OUT_BYTES"
cat "$ERROR_BYTES" >/dev/stderr
sleep 1000 &
exit "$EXIT_CODE"
`;

async function inspect(
  kernel: KernelName,
  exitCode: number,
): Promise<{ captured: Captured; facts: Map<string, string>; rootFile: string }> {
  using workspace = new Workspace();
  const rootFile = workspace.write("root-file", "as before");
  const share = workspace.directory("share");
  const captured = await capture({
    kernel,
    command: ["sh", "-c", INSPECTION],
    cwd: workspace.path,
    shares: [{ host: share, guest: "/mnt/out put" }],
    env: {
      FACTS: "/mnt/out put/facts",
      WITH_QUOTES: `a'b"c $HOME \\`,
      DENO: Deno.execPath(),
      ROOT_FILE: rootFile,
      OUT_BYTES: workspace.write("out", everyByte(150_001)),
      ERROR_BYTES: workspace.write("error", everyByte(70_003).reverse()),
      EXIT_CODE: `${exitCode}`,
    },
  });
  const lines = Deno.readTextFileSync(`${share}/facts`).trimEnd().split("\n");
  const facts = new Map(lines.map((line) => {
    const split = line.indexOf("=");
    return [line.slice(0, split), line.slice(split + 1)] as const;
  }));
  facts.set("expected cwd", workspace.path);
  return { captured, facts, rootFile: Deno.readTextFileSync(rootFile) };
}

const CASES = [{ kernel: "6.1", exitCode: 7 }, { kernel: "6.12", exitCode: 255 }] as const;

for (const { kernel, exitCode } of CASES) {
  Deno.test(`bootVm() runs a command in a complete ${kernel} and passes its output and code ${exitCode} on`, async () => {
    const { captured, facts, rootFile } = await inspect(kernel, exitCode);
    strictEqual(captured.result.exitCode, exitCode);
    strictEqual(captured.result.outcome, "exited");
    deepStrictEqual(captured.stdout, everyByte(150_001));
    deepStrictEqual(captured.stderr, everyByte(70_003).reverse());
    ok(facts.get("release")?.startsWith(`${kernel}.`), `release ${facts.get("release")}`);
    strictEqual(facts.get("cwd"), facts.get("expected cwd"));
    strictEqual(facts.get("variable"), `a'b"c $HOME \\`);
    strictEqual(facts.get("btf"), " 9f eb");
    ok(facts.get("lsm")?.split(",").includes("bpf"), `lsm ${facts.get("lsm")}`);
    const mounts = facts.get("mounts")?.split(" ") ?? [];
    for (
      const mount of [
        ...["bpf:/sys/fs/bpf", "tracefs:/sys/kernel/tracing", "debugfs:/sys/kernel/debug"],
        ...["securityfs:/sys/kernel/security", "cgroup2:/sys/fs/cgroup", "devpts:/dev/pts"],
        ...["tmpfs:/dev/shm", "tmpfs:/run", "proc:/proc", "sysfs:/sys", "devtmpfs:/dev"],
      ]
    ) ok(mounts.includes(mount), `${mount} is missing in ${mounts.join(" ")}`);
    strictEqual(facts.get("kprobes"), "/sys/kernel/tracing/kprobe_events");
    strictEqual(Number(facts.get("loopback")) & 1, 1, "lo is up");
    strictEqual(facts.get("veth"), "", "the kernel loads the veth module by itself");
    strictEqual(facts.get("deno"), "2 linux");
    strictEqual(facts.get("changed"), "changed");
    strictEqual(rootFile, "as before");
  });
}

Deno.test("bootVm() returns 125 and the console, and does not retry, when the guest panics", async () => {
  const { result, stdout, log } = await capture({
    kernel: "6.12",
    // what was written has to leave the guest before the guest dies
    command: ["sh", "-c", "echo before; sleep 5; echo c >/proc/sysrq-trigger; echo after"],
  });
  strictEqual(result.exitCode, 125);
  strictEqual(result.outcome, "guest died");
  strictEqual(result.attempts, 1);
  strictEqual(new TextDecoder().decode(stdout), "before\n");
  match(result.console, /Kernel panic - not syncing: sysrq triggered crash/);
  match(log.join("\n"), /guest died while it ran.*\n.*\|(.|\n)*sysrq triggered crash/);
});

Deno.test("bootVm() kills the machine when the time is over", async () => {
  for (const timeoutSeconds of [30, 300]) {
    const before = performance.now();
    const { result, stdout } = await capture({
      kernel: "6.1",
      command: ["sh", "-c", "echo ready; sleep 1000"],
      timeoutSeconds,
    });
    const seconds = (performance.now() - before) / 1000;
    strictEqual(result.exitCode, 124);
    strictEqual(result.outcome, "timed out");
    ok(seconds >= timeoutSeconds && seconds < timeoutSeconds + 120, `took ${seconds} s`);
    deepStrictEqual(qemuChildren(Deno.pid), []);
    // a slow machine may need more than the short time for the boot alone
    if (stdout.length === 0 && timeoutSeconds === 30) continue;
    strictEqual(new TextDecoder().decode(stdout), "ready\n");
    return;
  }
});

Deno.test("bootVm() tries once more, and says so, when the command has not started", async () => {
  const { result, log } = await capture({
    kernel: "6.12",
    command: ["true"],
    bootTimeoutSeconds: 0.3,
  });
  strictEqual(result.exitCode, 125);
  strictEqual(result.attempts, 2);
  strictEqual(result.startedAt, undefined);
  strictEqual(
    log[0],
    "vm 6.12: the guest hung before the command started: one more attempt",
  );
});

Deno.test("bootVm() kills the machine when its signal is aborted", async () => {
  await rejects(
    capture({ kernel: "6.12", command: ["true"], signal: AbortSignal.timeout(500) }),
    { name: "TimeoutError" },
  );
  deepStrictEqual(qemuChildren(Deno.pid), []);
});

Deno.test("bootVm() refuses a share whose directory does not exist", async () => {
  await rejects(
    capture({
      kernel: "6.12",
      command: ["true"],
      shares: [{ host: "/nonexistent", guest: "/mnt" }],
    }),
    Deno.errors.NotFound,
  );
});

Deno.test("bootVm() starts machines that end when the process that started them is killed", async () => {
  // A killed process cannot remove its temporary directory.
  using workspace = new Workspace();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("main.ts", import.meta.url).pathname, "6.12", "--"].concat(
      ["sh", "-c", "echo ready; sleep 1000"],
    ),
    env: { TMPDIR: workspace.path },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  strictEqual(new TextDecoder().decode((await reader.read()).value), "ready\n");
  const machines = qemuChildren(child.pid);
  strictEqual(machines.length, 1);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  const deadline = performance.now() + 120_000;
  while (machines.some(isRunning) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  deepStrictEqual(machines.filter(isRunning), []);
});

Deno.test("main.ts runs a test file in the guest with deno test and its arguments", async () => {
  using workspace = new Workspace();
  const report = workspace.directory("report");
  const file = workspace.write("guest_test.ts", GUEST_TEST);
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("main.ts", import.meta.url).pathname, "--share"].concat(
      [`${report}:/report`, "--verbose", "6.12", file],
      ["--filter", "in the guest", "--junit-path=/report/junit.xml"],
    ),
    env: { NO_COLOR: "1" },
  }).output();
  const stdout = new TextDecoder().decode(output.stdout);
  const stderr = new TextDecoder().decode(output.stderr);
  strictEqual(output.code, 0, stdout + stderr);
  match(stdout, /works in the guest \.\.\. ok/);
  match(stdout, /1 passed \| 0 failed \| 1 filtered out/);
  match(stderr, /^vm 6\.12: exit code 0, command started after [\d.]+ s/m);
  match(Deno.readTextFileSync(`${report}/junit.xml`), /testcase name="works in the guest"/);
});

const GUEST_TEST = `
import { strictEqual } from "node:assert/strict";
enum NeedsTranspiling { No, Yes }
Deno.test("works in the guest", () => {
  strictEqual(Deno.env.get("BPFMAN_VM_KERNEL"), "6.12");
  strictEqual(Deno.osRelease().startsWith("6.12."), true);
  strictEqual(NeedsTranspiling.Yes, 1);
});
Deno.test("is filtered out", () => { throw new Error("not filtered"); });
`;

/** Returns the process ids of the virtual machines that a process has started. */
function qemuChildren(pid: number): number[] {
  return children(pid).filter(isRunning);
}

function isRunning(pid: number): boolean {
  return readProcess(`/proc/${pid}/comm`).startsWith("qemu-system");
}
