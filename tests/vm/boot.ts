/**
 * Runs one command in a virtual machine with one of Debian's kernels.
 *
 * @module
 */
import { ensureInitramfs } from "./initramfs.ts";
import { writeJob } from "./job.ts";
import { ensureKernel, type EnsureKernelOptions, type KernelName } from "./kernels.ts";
import { type MachineRun, type OutputSink, runMachine } from "./machine.ts";
import { requireVmPackages } from "./packages.ts";
import { type Disk, qemuArguments, type Share } from "./qemu.ts";

export type { Disk, OutputSink, Share };

/** Exit code when the command did not end in time. */
const EXIT_TIMED_OUT = 124;
/** Exit code when the guest died, or never started the command. */
const EXIT_GUEST_DIED = 125;

/**
 * Memory of a guest. Hundreds of tests in one process, what they start and what they write take a
 * third of it; QEMU takes from the host what the guest touches. Where the guest's kernel kills that
 * process for want of memory, the results of all its tests are lost.
 */
export const MEMORY_MIB = 3072;

/** Options of {@linkcode bootVm}. */
export interface BootVmOptions extends EnsureKernelOptions {
  readonly kernel: KernelName;
  /** Program and arguments; no shell looks at them. */
  readonly command: readonly string[];
  /** Variables beside HOME, PATH, TERM and BPFMAN_VM_KERNEL. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory. @default the caller's */
  readonly cwd?: string;
  /** Directories of the host that the guest can write to. @default [] */
  readonly shares?: readonly Share[];
  /** Disks of the guest, mounted before the command starts. @default [] */
  readonly disks?: readonly Disk[];
  /** Seconds for everything, boot included; then QEMU is killed. @default 600 */
  readonly timeoutSeconds?: number;
  /** Seconds until the command must have started. @default 300 */
  readonly bootTimeoutSeconds?: number;
  /** Memory of the guest. @default {@linkcode MEMORY_MIB} */
  readonly memoryMiB?: number;
  /** Gets the command's standard output as it comes. @default the caller's standard output */
  readonly onStdout?: OutputSink;
  /** Gets the command's standard error as it comes. @default the caller's standard error */
  readonly onStderr?: OutputSink;
  /** Gets remarks of the harness and the console of a dead guest. @default standard error */
  readonly log?: (line: string) => void;
  /** Ends the machine early: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Result of {@linkcode bootVm}. */
export interface BootVmResult {
  /** The command's code, or 124 when it took too long, or 125 when the guest died. */
  readonly exitCode: number;
  readonly outcome: "exited" | "timed out" | "guest died";
  /** What the kernel printed on its console. */
  readonly console: string;
  /** 2 when the machine was started again; that happens only before the command has started. */
  readonly attempts: number;
  /** Guest uptime in seconds when the command started, if it did. */
  readonly startedAt: number | undefined;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** Boots a kernel, runs a command in the tree of this machine, and returns how it ended. */
export async function bootVm(options: BootVmOptions): Promise<BootVmResult> {
  await requireVmPackages();
  const log = options.log ?? ((line) => console.error(line));
  const kernel = await ensureKernel(options.kernel, { ...options, log });
  const initramfs = await ensureInitramfs(kernel);
  const deadline = performance.now() + (options.timeoutSeconds ?? 600) * 1000;
  for (let attempt = 1;; attempt++) {
    const timeoutSeconds = Math.max(0, (deadline - performance.now()) / 1000);
    const { run, console } = await runOnce(options, { kernel, initramfs, timeoutSeconds });
    const failedBoot = run.startedAt === undefined && run.expired !== "run";
    if (failedBoot && attempt === 1) {
      const reason = run.expired === "boot" ? "hung" : "died";
      log(`vm ${kernel.name}: the guest ${reason} before the command started: one more attempt`);
      continue;
    }
    const result = { ...summary(run), console, attempts: attempt };
    if (result.outcome !== "exited") report(options.kernel, result, log);
    return result;
  }
}

interface RunOnceOptions {
  readonly kernel: Awaited<ReturnType<typeof ensureKernel>>;
  readonly initramfs: string;
  readonly timeoutSeconds: number;
}

async function runOnce(
  options: BootVmOptions,
  { kernel, initramfs, timeoutSeconds }: RunOnceOptions,
): Promise<{ run: MachineRun; console: string }> {
  const shares = await realShares(options.shares ?? []);
  const disks = options.disks ?? [];
  await using runDirectory = await temporaryDirectory();
  const jobDirectory = `${runDirectory.path}/job`;
  await Deno.mkdir(jobDirectory);
  await writeJob({
    command: options.command,
    env: { ...baseEnvironment(options.kernel), ...options.env },
    cwd: options.cwd ?? Deno.cwd(),
    shares,
    disks,
  }, jobDirectory);
  const run = await runMachine({
    args: qemuArguments({
      kernel,
      initramfs,
      runDirectory: runDirectory.path,
      jobDirectory,
      shares,
      disks,
      memoryMiB: options.memoryMiB ?? MEMORY_MIB,
    }),
    runDirectory: runDirectory.path,
    onStdout: options.onStdout ?? writer(Deno.stdout),
    onStderr: options.onStderr ?? writer(Deno.stderr),
    timeoutSeconds,
    bootTimeoutSeconds: options.bootTimeoutSeconds ?? 300,
    signal: options.signal,
  });
  const console = await readConsole(`${runDirectory.path}/console.log`);
  if (run.startedAt === undefined && run.expired === undefined && run.qemuMessages !== "") {
    throw new Error(`Cannot start QEMU: ${run.qemuMessages}`);
  }
  return { run, console };
}

function baseEnvironment(kernel: KernelName): Record<string, string> {
  return {
    HOME: Deno.env.get("HOME") ?? "/root",
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    TERM: "dumb",
    BPFMAN_VM_KERNEL: kernel,
  };
}

function summary(run: MachineRun): Omit<BootVmResult, "console" | "attempts"> {
  const { startedAt, wallSeconds, cpuSeconds } = run;
  const figures = { startedAt, wallSeconds, cpuSeconds };
  if (run.exitCode !== undefined) return { exitCode: run.exitCode, outcome: "exited", ...figures };
  if (run.expired === undefined) {
    return { exitCode: EXIT_GUEST_DIED, outcome: "guest died", ...figures };
  }
  return run.expired === "boot"
    ? { exitCode: EXIT_GUEST_DIED, outcome: "guest died", ...figures }
    : { exitCode: EXIT_TIMED_OUT, outcome: "timed out", ...figures };
}

function report(kernel: KernelName, result: BootVmResult, log: (line: string) => void): void {
  const when = result.startedAt === undefined ? "before the command started" : "while it ran";
  const seconds = result.wallSeconds.toFixed(0);
  log(`vm ${kernel}: ${result.outcome} ${when}, after ${seconds} s; console:`);
  for (const line of result.console.trimEnd().split("\n")) log(`vm ${kernel} | ${line}`);
}

async function realShares(shares: readonly Share[]): Promise<Share[]> {
  return await Promise.all(
    shares.map(async ({ host, guest }) => ({ host: await Deno.realPath(host), guest })),
  );
}

async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "bpfman-vm-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

function writer(stream: { write(bytes: Uint8Array): Promise<number> }): OutputSink {
  return async (chunk) => {
    for (let done = 0; done < chunk.length;) done += await stream.write(chunk.subarray(done));
  };
}

async function readConsole(path: string): Promise<string> {
  try {
    const text = new TextDecoder().decode(await Deno.readFile(path));
    // The firmware clears the screen with escape sequences before the kernel starts.
    // deno-lint-ignore no-control-regex
    return text.replace(/\x1b(\[[0-9;?]*[A-Za-z]|c)/g, "").replaceAll("\r", "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
