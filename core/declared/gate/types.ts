/**
 * Gates: what new programs must do for a while before the old ones go, as plain data.
 *
 * @module
 */
import type { ProgramId } from "../../types.ts";

/** What a gate can ask about. */
export const GATE_METRICS = ["runs", "ns_per_run", "aborted"] as const;

/**
 * What a gate can ask about, counted from when the gate begins:
 *
 * - `runs`: how often the program ran;
 * - `ns_per_run`: nanoseconds that a run took, on average. In a composed chain the members have no
 *   clocks of their own: there it is the time of the whole chain for each run of the program, and
 *   so at least what the program takes;
 * - `aborted`: packets with the verdict XDP_ABORTED, or a result that is none of XDP, on the hooks
 *   that the program is on. Of a chain they may be any member's.
 */
export type GateMetric = typeof GATE_METRICS[number];

/** How a figure is compared. */
export type GateComparator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** One condition of a gate. Every new program must meet it. */
export interface GateCondition {
  /** As it was written, without blanks, such as `aborted==0`. */
  readonly text: string;
  /** What is asked about. */
  readonly metric: GateMetric;
  /** How it is compared. */
  readonly comparator: GateComparator;
  /** With what. */
  readonly value: number;
}

/** A gate. */
export interface GateSpec {
  /** As it was written. */
  readonly text: string;
  /** How long it lasts: milliseconds. */
  readonly durationMs: number;
  /** At least one. */
  readonly conditions: readonly GateCondition[];
}

/** A new program that a gate watches. */
export interface GateSubject {
  /** Its application. */
  readonly application: string;
  /** C function name. */
  readonly program: string;
  /** The kernel's id. */
  readonly programId: ProgramId;
}

/** A counter that only grows; or why there is none. */
export type Counted =
  | { readonly kind: "count"; readonly count: bigint }
  /** It could be asked for, and nobody can tell: no gate passes with it. */
  | { readonly kind: "unmeasured"; readonly why: string }
  /** There is no such thing for this program. */
  | { readonly kind: "not-applicable"; readonly why: string };

/** What was counted for one program until now. */
export interface GateReading extends GateSubject {
  /** How often it ran. */
  readonly runs: Counted;
  /** Nanoseconds. */
  readonly runTime: Counted;
  /** Packets that were aborted on its hooks. */
  readonly aborted: Counted;
  /** True when the time is that of whole chains. */
  readonly isChainTime: boolean;
}

/** Who counts. */
export interface GateSampler {
  /** What was counted until now, for each subject in the same order. */
  sample(): readonly GateReading[];
}

/** Time that passes. */
export interface GateClock {
  /** Milliseconds that only grow. */
  now(): number;
  /** Waits. */
  sleep(milliseconds: number): Promise<void>;
}

/** What a gate saw of one program. */
export interface GateFigures extends GateSubject {
  /** Since the gate began; null when it cannot be told. */
  readonly runs: number | null;
  /** Null when it cannot be told, or the program did not run. */
  readonly nsPerRun: number | null;
  /** Null when it cannot be told, and for programs that are not XDP. */
  readonly aborted: number | null;
  /** True when `nsPerRun` is the time of whole chains. */
  readonly isChainTime: boolean;
}

/** The condition that was not met, and by whom. */
export interface GateFailure {
  /** The condition as it was written. */
  readonly condition: string;
  /** The application; null when it is about all of them. */
  readonly application: string | null;
  /** The program; null when it is about all of them. */
  readonly program: string | null;
  /** What was measured; null when nothing could be. */
  readonly value: number | null;
  /** In words: stands behind a colon. */
  readonly reason: string;
}

/** What a gate says in the end. */
export interface GateVerdict {
  /** The gate as it was written. */
  readonly gate: string;
  /** True when every program met every condition. */
  readonly passed: boolean;
  /** How long it watched: milliseconds. */
  readonly elapsedMs: number;
  /** What it saw. */
  readonly figures: readonly GateFigures[];
  /** The first condition that was not met; null when all were. */
  readonly failure: GateFailure | null;
}
