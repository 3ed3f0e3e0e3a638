/**
 * What came of an apply, as text.
 *
 * @module
 */
import { describePlace } from "../../core/link/driver.ts";
import type { AppliedApplication, ApplyReport } from "../../core/types.ts";
import type { Style } from "./style.ts";

const STEP_WORDS = { keep: "kept", load: "loaded", replace: "replaced" } as const;

function whatBecame({ generation, isChanged }: AppliedApplication): string {
  if (generation.isDeleted) return isChanged ? "removed" : "is not there";
  return `generation ${generation.number}${isChanged ? "" : ", unchanged"}`;
}

function applicationLines(one: AppliedApplication, style: Style): string[] {
  const { name, plan, programs, links } = one;
  return [
    `${style.header(name)}: ${whatBecame(one)}`,
    ...programs.flatMap((program) => {
      const step = plan.programs.find((step) => step.name === program.name);
      const word = STEP_WORDS[step === undefined || step.kind === "unload" ? "keep" : step.kind];
      return [
        `  program ${program.programId} ${program.name} (${program.type}) ${word}`,
        ...links.filter(({ programId }) => programId === program.programId)
          .map(({ id, details }) => `    link ${id} on ${describePlace(details)}`),
      ];
    }),
  ];
}

/**
 * What came of an apply.
 *
 * @param report What came of it.
 * @param style Emphasis.
 */
export function applyText({ applications }: ApplyReport, style: Style): string {
  if (applications.length === 0) return "no applications\n";
  return applications.flatMap((one) => applicationLines(one, style)).join("\n") + "\n";
}
