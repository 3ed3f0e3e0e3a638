/**
 * Verdicts as JSON.
 *
 * @module
 */
import { type KernelVerdict, overallAnswer } from "../../bytecode-tools/verdict/verdict.ts";
import type { VerdictsJson } from "../schema/bytecode.ts";

/** Verdicts on one object as plain data. */
export function verdictsJson(
  name: string,
  verdicts: readonly KernelVerdict[],
): VerdictsJson {
  return {
    file: name,
    answer: overallAnswer(verdicts),
    kernels: verdicts.map(({ kernel, programs }) => ({
      kernel,
      programs: programs.map((verdict) => ({
        name: verdict.program,
        section: verdict.section,
        answer: verdict.answer,
        reasons: verdict.reasons.map(({ answer, code, text, instruction, source }) => ({
          answer,
          code,
          text,
          instruction: instruction ?? null,
          source: source ?? null,
        })),
        remarks: verdict.remarks,
        absent_optional: verdict.absentOptional,
      })),
    })),
  };
}
