/**
 * Command line of the virtual-machine harness: see {@linkcode USAGE}.
 *
 * @module
 */
import {
  parseVmArguments,
  splitTestWords,
  USAGE,
  UsageError,
  type VmArguments,
} from "./arguments.ts";
import { bootVm, type BootVmOptions, type BootVmResult } from "./boot.ts";
import { denoEnvironment, runTestsInVm } from "./guest_run.ts";
import { ensureKernel, type KernelName } from "./kernels.ts";

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseVmArguments(args, (name) => Deno.env.get(name));
  if (parsed.mode === "help") {
    console.log(USAGE);
    return 0;
  }
  if (parsed.mode === "fetch") {
    for (const name of parsed.kernels) {
      const image = await ensureKernel(name, { log: console.error });
      console.log(`${name} ${image.release} ${image.directory}`);
    }
    return 0;
  }
  const [kernel] = parsed.kernels;
  if (kernel === undefined) throw new UsageError("Cannot start: a kernel is missing");
  const result = await run(kernel, parsed);
  if (parsed.verbose) printFigures(kernel, result);
  return result.exitCode;
}

async function run(kernel: KernelName, parsed: VmArguments): Promise<BootVmResult> {
  using interruption = abortOnSignals();
  const options: Omit<BootVmOptions, "command"> = {
    kernel,
    shares: parsed.shares,
    ...(parsed.timeoutSeconds === undefined ? {} : { timeoutSeconds: parsed.timeoutSeconds }),
    ...(parsed.memoryMiB === undefined ? {} : { memoryMiB: parsed.memoryMiB }),
    signal: interruption.signal,
  };
  if (parsed.mode === "test") {
    return await runTestsInVm({ ...options, env: parsed.env, ...splitTestWords(parsed.rest) });
  }
  const env = { ...denoEnvironment(), ...parsed.env };
  return await bootVm({ ...options, env, command: parsed.rest });
}

function abortOnSignals(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Error("Cannot go on: interrupted by a signal"));
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) Deno.addSignalListener(name, abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) Deno.removeSignalListener(name, abort);
    },
  };
}

function printFigures(kernel: KernelName, result: BootVmResult): void {
  if (result.outcome === "exited") console.error(result.console.trimEnd());
  const started = result.startedAt === undefined ? "never" : `after ${result.startedAt} s`;
  console.error(
    `vm ${kernel}: exit code ${result.exitCode}, command started ${started}, ` +
      `${result.wallSeconds.toFixed(1)} s in all, ${result.cpuSeconds.toFixed(1)} s of CPU, ` +
      `${result.attempts} attempt(s)`,
  );
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) console.error("\nSee: deno task vm --help");
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
