/**
 * What the doctor says.
 *
 * @module
 */
import type { ProgramType } from "../types/words.ts";

/** Answers of a check, the best first. */
export const CHECK_STATES = ["ok", "not-applicable", "unknown", "warning", "problem"] as const;

/**
 * Answer of a check. `problem`: bpfman cannot do its work here. `warning`: something is missing or
 * could be better. `unknown`: it could not be found out. `not-applicable`: it does not matter here.
 */
export type CheckState = (typeof CHECK_STATES)[number];

/** What checks are about, in the order in which they are shown. */
export const CHECK_GROUPS = [
  "kernel",
  "programs",
  "libraries",
  "caller",
  "jail",
  "runtime",
  "state",
  "trust",
] as const;

/** What a check is about. */
export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** One thing that was looked at. */
export interface Check {
  /** Stable name, such as `kernel.btf`; it begins with the group. */
  readonly id: string;
  /** What it is about. */
  readonly group: CheckGroup;
  /** What was looked at, in words. */
  readonly title: string;
  /** The answer. */
  readonly state: CheckState;
  /** What there is. */
  readonly found: string;
  /** What there should be, null where nothing is missing. */
  readonly wanted: string | null;
  /** The command that mends it, or what else to do; null where nothing is to be done. */
  readonly hint: string | null;
}

/** Whether programs of a type can be used: `refused` by a policy of the kernel, `missing` in it. */
export type TypeState = "works" | "missing" | "refused" | "unknown";

/** Whether and how programs of one type can be used on this host. */
export interface ProgramTypeAnswer {
  /** The type. */
  readonly type: ProgramType;
  /** Whether it can be used. */
  readonly state: TypeState;
  /** True when the kernel was asked; false when the answer is deduced. */
  readonly isProbed: boolean;
  /** How it would be attached here. */
  readonly attach: string;
  /** First kernel that has it, such as `6.6`. */
  readonly since: string;
  /** Why it does not work, or is not known; null where it works. */
  readonly why: string | null;
}

/** How many checks have each answer. */
export type CheckCounts = Readonly<Record<CheckState, number>>;

/** Everything that the doctor found. */
export interface DoctorReport {
  /** When it looked: ISO 8601, UTC. */
  readonly checkedAt: string;
  /** Release of the kernel, such as `6.12.57`. */
  readonly release: string;
  /** Such as `x86_64`. */
  readonly architecture: string;
  /** True when no check is a problem. */
  readonly isFine: boolean;
  /** How many checks have each answer. */
  readonly counts: CheckCounts;
  /** Ordered by group. */
  readonly checks: readonly Check[];
  /** One answer for each program type. */
  readonly programTypes: readonly ProgramTypeAnswer[];
}
