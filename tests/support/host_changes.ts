/**
 * How hosts are made that differ in one thing from one on which all is well.
 *
 * @module
 */
import type {
  CallerFacts,
  DirectoryFacts,
  DoctorFacts,
  KernelFacts,
  ProbeFacts,
} from "../../core/doctor/facts.ts";
import type { CheckState } from "../../core/doctor/types.ts";
import { PROGRAM_TYPES } from "../../core/types/words.ts";
import { GOOD_HOST } from "./sample_host.ts";

/** One change to a host on which all is well, and the checks that differ then. */
export interface HostCase {
  readonly name: string;
  readonly change: Partial<DoctorFacts>;
  /** By id: the state, and what the check says, its hint included. */
  readonly differs: Readonly<Record<string, readonly [CheckState, RegExp]>>;
}

/** A host with another kernel. */
export function kernel(change: Partial<KernelFacts>): Partial<DoctorFacts> {
  return { kernel: { ...GOOD_HOST.kernel, ...change } };
}

/** A host with other settings. */
export function setting(change: Partial<KernelFacts["settings"]>): Partial<DoctorFacts> {
  return kernel({ settings: { ...GOOD_HOST.kernel.settings, ...change } });
}

/** Other answers of the kernel. */
export function probes(change: Partial<ProbeFacts>): ProbeFacts {
  return { ...GOOD_HOST.probes, ...change };
}

/** A host with another caller. */
export function caller(change: Partial<CallerFacts>): Partial<DoctorFacts> {
  return { caller: { ...GOOD_HOST.caller, ...change } };
}

/** A host with another runtime directory. */
export function runtimeDirectory(change: Partial<DirectoryFacts>): Partial<DoctorFacts> {
  return { state: { ...GOOD_HOST.state, runtime: { ...GOOD_HOST.state.runtime, ...change } } };
}

/** The same error for every load. */
export function loadsEnding(errno: number): ProbeFacts["loads"] {
  return Object.fromEntries(PROGRAM_TYPES.map((type) => [type, errno])) as ProbeFacts["loads"];
}

/** The same answer about every program type. */
export function everyType(state: CheckState, says: RegExp): HostCase["differs"] {
  return Object.fromEntries(PROGRAM_TYPES.map((type) => [`programs.${type}`, [state, says]]));
}
