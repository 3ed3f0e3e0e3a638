/**
 * Steps of a test that must succeed before there is anything to test.
 *
 * @module
 */
import { IS_EMULATED } from "./emulated.ts";

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
  /** The program is killed after this many milliseconds. @default 300000, twice that in emulation */
  readonly timeoutMs?: number;
}

const decoder = new TextDecoder();

/** Longest run of a program: in emulation a command takes half a minute, and more under strace. */
const LONGEST_RUN_MS = IS_EMULATED ? 600_000 : 300_000;

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
  const { stdin, cwd, env, timeoutMs = LONGEST_RUN_MS } = options;
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

/** Longest wait for something that takes a moment: a busy machine may be very late. */
const LONGEST_WAIT_MS = IS_EMULATED ? 300_000 : 60_000;

/** Waits until something holds, looking often; fails after a long while. */
export async function mustBecome(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + LONGEST_WAIT_MS;
  while (!await holds()) {
    if (Date.now() > end) {
      const words = typeof what === "string" ? what : what();
      throw new Error(`Cannot go on: ${words} did not happen in ${LONGEST_WAIT_MS} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
