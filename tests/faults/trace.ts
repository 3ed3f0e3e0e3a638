/**
 * Running a command of the tool until a fault.
 *
 * @module
 */
import type { Cli } from "../support/cli.ts";
import { PROGRAM, ROOT } from "../support/cli.ts";
import { runProgram } from "../support/must.ts";
import type { Workspace } from "../support/workspace.ts";

/** Errors that are injected, by name (asm-generic/errno-base.h). */
export const ERRNO = { EINTR: 4, EIO: 5, ENOMEM: 12, EBUSY: 16, EMFILE: 24, ENOSPC: 28 } as const;

/** What happens at a point: the command is killed, its front alone is, or a call fails. */
export type Fault = "KILL" | "KILL of the front" | keyof typeof ERRNO;

/** All faults, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  "KILL",
  "KILL of the front",
  ...Object.keys(ERRNO) as (keyof typeof ERRNO)[],
];

/** Processes of a command: start, loader and front. */
export type StageLetter = "S" | "L" | "F";

/** What the tracer tells. */
export interface Traced {
  /** The stage of each point that the command came to. */
  readonly stages: readonly StageLetter[];
  /** Number of the system call of each point. */
  readonly numbers: readonly number[];
  /** The point at which the fault happened, null when the command ended before. */
  readonly hit: number | null;
  /** Exit code; 137 for a killed command. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that takes longer hangs; the slowest one takes seconds. */
const LONGEST_MS = 120_000;

function wordOf(fault: Fault): string {
  if (fault === "KILL") return "kill";
  return fault === "KILL of the front" ? "front" : String(ERRNO[fault]);
}

/** Faults of one sort have the same points. */
export function pointSort(fault: Fault): string {
  // what makes a descriptor can fail for the lack of one
  return fault.startsWith("KILL") || fault === "EMFILE" ? fault : "error";
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
    const words = [wordOf(fault), String(point), this.#workspace.path, report];
    const command = [PROGRAM, ...this.#cli.denoArguments(args)];
    try {
      const { code: own, stdout, stderr } = await runProgram(this.#path, [...words, ...command], {
        cwd: ROOT,
        timeoutMs: LONGEST_MS,
      });
      if (own !== 0) throw new Error(`Cannot trace: the tracer ended with ${own}: ${stderr}`);
      return { ...readReport(Deno.readTextFileSync(report)), stdout, stderr };
    } finally {
      Deno.removeSync(report);
    }
  }
}

function readReport(text: string): Omit<Traced, "stdout" | "stderr"> {
  const lines = text.trim().split("\n");
  const [points = 0, hit = -1, code = -1] = (lines.pop() ?? "").split(" ").map(Number);
  const stages = lines.map((line) => line.slice(0, 1) as StageLetter);
  if (stages.length !== points) throw new Error(`Cannot trace: ${points} points in ${text}`);
  const numbers = lines.map((line) => Number(line.slice(2)));
  return { stages, numbers, hit: hit < 0 ? null : hit, code };
}
