/**
 * What one run of a command costs: wall time, CPU time, peak memory.
 *
 * @module
 */

/** Cost of one run. */
export interface Sample {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
  readonly peakMib: number;
}

const RUNNER = new URL("./run_once.pl", import.meta.url).pathname;
const ROOT = new URL("../../", import.meta.url).pathname;

/** Numbers of wait4 and clock_gettime (asm/unistd.h). */
const SYSTEM_CALLS = { x86_64: ["61", "228"], aarch64: ["260", "113"] } as const;

/** How a command is run. */
export interface MeasureOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Path of the network namespace to run in. @default this process's */
  readonly netns?: string;
}

/** Reads the line that the runner prints. */
export function parseSample(line: string): { readonly status: number; readonly sample: Sample } {
  const [status, wall, user, system, peak] = line.trim().split(" ").map(Number);
  const numbers = [status, wall, user, system, peak];
  if (numbers.some((number) => number === undefined || Number.isNaN(number))) {
    throw new TypeError(`Cannot read the measurement "${line.trim()}": wanted five numbers`);
  }
  const [code = 0, wallUs = 0, userUs = 0, systemUs = 0, peakKib = 0] = numbers;
  const sample = {
    wallMs: wallUs / 1000,
    cpuMs: (userUs + systemUs) / 1000,
    peakMib: (peakKib ?? 0) / 1024,
  };
  return { status: code, sample };
}

/** A run with what it wrote to standard error. */
export interface ToldSample {
  readonly sample: Sample;
  readonly stderr: string;
}

/**
 * Runs a command in the checkout and measures it.
 *
 * @throws {Error} When the command fails: a failure is no measurement.
 */
export async function measure(
  command: readonly string[],
  options: MeasureOptions = {},
): Promise<Sample> {
  return (await measureTold(command, options)).sample;
}

/** As {@linkcode measure}, for a command that tells of itself what cannot be seen from outside. */
export async function measureTold(
  command: readonly string[],
  { env = {}, netns }: MeasureOptions = {},
): Promise<ToldSample> {
  const runner = ["perl", RUNNER, ...SYSTEM_CALLS[Deno.build.arch], ...command];
  // The way into the namespace comes before the runner, so it is not measured.
  const [file = "", ...args] = netns === undefined
    ? runner
    : ["nsenter", `--net=${netns}`, ...runner];
  const child = new Deno.Command(file, { args, cwd: ROOT, env: { ...env, NO_COLOR: "1" } });
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot measure "${command.join(" ")}": ${decoder.decode(stderr)}`);
  const { status, sample } = parseSample(decoder.decode(stdout));
  const told = decoder.decode(stderr);
  if (status === 0) return { sample, stderr: told };
  throw new Error(`Cannot measure "${command.join(" ")}": status ${status}\n${told}`);
}
