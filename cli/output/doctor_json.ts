/**
 * What the doctor found, as plain data.
 *
 * @module
 */
import type { DoctorReport } from "../../core/doctor/types.ts";
import type { DoctorJson } from "../schema/doctor.ts";

/** A report for programs. */
export function doctorJson(report: DoctorReport): DoctorJson {
  const { checkedAt, release, architecture, isFine, counts, checks, programTypes } = report;
  return {
    checked_at: checkedAt,
    kernel: { release, architecture },
    is_fine: isFine,
    counts: {
      ok: counts.ok,
      not_applicable: counts["not-applicable"],
      unknown: counts.unknown,
      warning: counts.warning,
      problem: counts.problem,
    },
    checks: checks.map(({ id, group, title, state, found, wanted, hint }) => ({
      id,
      group,
      title,
      state,
      found,
      wanted,
      hint,
    })),
    program_types: programTypes.map(({ type, state, isProbed, attach, since, why }) => ({
      type,
      state,
      is_probed: isProbed,
      attach,
      since,
      why,
    })),
  };
}
