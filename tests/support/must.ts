/**
 * Steps of a test that must succeed before there is anything to test.
 *
 * @module
 */

/** What a program printed, and how it ended. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program. */
export interface RunOptions {
  /** Text for standard input. @default none */
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program is killed after this many milliseconds. @default 60000 */
  readonly timeoutMs?: number;
}

const decoder = new TextDecoder();

/** The PATH with the folders of ip and bpftool, which a plain login often leaves out. */
export function systemPath(): string {
  return [Deno.env.get("PATH"), "/usr/sbin", "/sbin"].filter(Boolean).join(":");
}

/** Runs a program to its end, whatever that is. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  const { stdin, cwd, env, timeoutMs = 60_000 } = options;
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    env: { PATH: systemPath(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  try {
    const output = child.output();
    if (stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(stdin));
      await writer.close();
    }
    const { code, stdout, stderr } = await output;
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    clearTimeout(limit);
  }
}

/** Runs a program that must succeed; returns what it printed. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, options);
  if (code === 0) return stdout;
  throw new Error(`Cannot run "${program} ${args.join(" ")}": exit code ${code}\n${stderr}`);
}

/** The value, which must be there. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Cannot go on: no ${what}`);
  return value;
}

/** Waits until something holds, looking often; fails after a while. */
export async function mustBecome(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!await holds()) {
    if (Date.now() > end) {
      throw new Error(`Cannot go on: ${what} did not happen in ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
