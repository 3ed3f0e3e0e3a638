/**
 * What a gate saw, as text and as JSON.
 *
 * @module
 */
import type { GateFigures, GateVerdict } from "../../core/declared/gate/types.ts";

const MS_IN_SECOND = 1000;

function seconds(milliseconds: number): string {
  return `${(milliseconds / MS_IN_SECOND).toFixed(1)} s`;
}

function figuresLine(figures: GateFigures): string {
  const { application, program, programId, runs, nsPerRun, aborted, isChainTime } = figures;
  const whose = isChainTime ? " of its whole chain" : "";
  const parts = [
    ...runs === null ? [] : [`${runs} runs`],
    ...nsPerRun === null ? [] : [`${nsPerRun.toFixed(1)} ns a run${whose}`],
    ...aborted === null ? [] : [`${aborted} aborted`],
  ];
  return `  ${application}: program ${programId} ${program}: ${
    parts.join(", ") || "nothing counted"
  }`;
}

/**
 * What a gate saw, as text.
 *
 * @param verdict What it says.
 */
export function gateText({ gate, passed, elapsedMs, figures, failure }: GateVerdict): string {
  return [
    `gate ${passed ? "passed" : "failed"} after ${seconds(elapsedMs)}: ${gate}`,
    ...failure === null ? [] : [`  ! ${failure.reason}`],
    ...figures.map(figuresLine),
    "",
  ].join("\n");
}

/**
 * What a gate saw, as plain data with the field names of the command line.
 *
 * @param verdict What it says.
 */
export function gateJson(verdict: GateVerdict): Record<string, unknown> {
  const { gate, passed, elapsedMs, figures, failure } = verdict;
  return {
    gate,
    passed,
    elapsed_ms: Math.round(elapsedMs),
    figures: figures.map((one) => ({
      application: one.application,
      program: one.program,
      program_id: one.programId,
      runs: one.runs,
      ns_per_run: one.nsPerRun,
      aborted: one.aborted,
      whole_chain: one.isChainTime,
    })),
    failure,
  };
}
