/**
 * Compares what is predicted of programs with what this machine's kernel makes of them (root).
 *
 * @module
 */
import type { KernelProfile } from "../../bytecode-tools/kernel/profile.ts";
import { type Answer, checkObject } from "../../bytecode-tools/verdict/verdict.ts";
import { loadPrograms } from "./native_load.ts";

/** One program, predicted and loaded. */
export interface Comparison {
  readonly object: string;
  readonly program: string;
  readonly answer: Answer;
  /** Codes of the reasons, joined. */
  readonly reasons: string;
  readonly isLoaded: boolean;
  /** 0, or a negative error number. */
  readonly code: number;
  /** The verifier's last words. */
  readonly said: string;
}

/** The last line of a verifier's log that says something. */
function lastWords(log: string): string {
  const lines = log.trim().split("\n").filter((line) =>
    !line.startsWith("processed ") && !line.startsWith("-- ")
  );
  return lines.at(-1)?.trim() ?? "";
}

/** Predicts and loads every program of an object. */
export async function compareObject(
  object: { readonly name: string; readonly bytes: Uint8Array },
  profile: KernelProfile,
): Promise<Comparison[]> {
  const [verdict] = checkObject(object.bytes, [profile]);
  const programs = verdict?.programs ?? [];
  const results = await loadPrograms(object.bytes, programs.map(({ program }) => program));
  return programs.map(({ program, answer, reasons }, index) => ({
    object: object.name,
    program,
    answer,
    reasons: reasons.map(({ code }) => code).join(", "),
    isLoaded: results[index]?.code === 0,
    code: results[index]?.code ?? 0,
    said: lastWords(results[index]?.log ?? ""),
  }));
}

const EPERM = 1;

/**
 * True when a policy of the host refused the program before the verifier saw it, as some hosts do
 * with programs for tracing and LSM: nothing can be learnt from that.
 */
export function isKeptOut({ code, said }: Comparison): boolean {
  return code === -EPERM && said === "";
}

/** True when prediction and truth are both certain, and differ. */
export function isWrong(comparison: Comparison): boolean {
  const { answer, isLoaded } = comparison;
  if (isKeptOut(comparison)) return false;
  return answer === "loads" && !isLoaded || answer === "rejected" && isLoaded;
}

/** One line for messages. */
export function comparisonText(comparison: Comparison): string {
  const { object, program, answer, reasons, isLoaded, said } = comparison;
  return `${object} ${program}: ${answer} (${reasons}), ${
    isLoaded ? "loaded" : `refused (${comparison.code}): ${said}`
  }`;
}
