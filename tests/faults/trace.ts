/**
 * Running a command of the tool until a fault.
 *
 * @module
 */
import type { Cli } from "../support/cli.ts";
import { ROOT } from "../support/cli.ts";
import { runProgram } from "../support/must.ts";
import type { Workspace } from "../support/workspace.ts";

/** Errors that are injected, by name (asm-generic/errno-base.h). */
export const ERRNO = { EINTR: 4, EIO: 5, ENOMEM: 12, EBUSY: 16, EMFILE: 24, ENOSPC: 28 } as const;

/** What happens at a point. */
export type Fault = "KILL" | keyof typeof ERRNO;

/** What the tracer tells. */
export interface Traced {
  /** System calls that change something, since the lock was opened. */
  readonly points: number;
  /** Number of the system call at the point, -1 when the command ended before. */
  readonly hit: number;
  /** Exit code; 137 for a killed command. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs commands with a fault at a point. */
export class Tracer {
  readonly #path: string;
  readonly #workspace: Workspace;
  readonly #cli: Cli;

  constructor(path: string, workspace: Workspace, cli: Cli) {
    this.#path = path;
    this.#workspace = workspace;
    this.#cli = cli;
  }

  /**
   * Runs a command.
   *
   * @param args The command.
   * @param point The point, from 1; 0 lets it end.
   * @param fault What happens there.
   */
  async run(args: readonly string[], point: number, fault: Fault): Promise<Traced> {
    const report = `${this.#workspace.path}.report`;
    const errno = fault === "KILL" ? 0 : ERRNO[fault];
    const words = [String(point), String(errno), `${this.#workspace.path}/.lock`, report];
    const command = [Deno.execPath(), ...this.#cli.denoArguments(args)];
    const { code: own, stdout, stderr } = await runProgram(this.#path, [...words, ...command], {
      cwd: ROOT,
    });
    if (own !== 0) throw new Error(`Cannot trace: the tracer ended with ${own}: ${stderr}`);
    const numbers = Deno.readTextFileSync(report).trim().split(" ").map(Number);
    Deno.removeSync(report);
    const [points = 0, hit = -1, code = -1] = numbers;
    return { points, hit, code, stdout, stderr };
  }
}
