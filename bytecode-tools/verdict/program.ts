/**
 * One program on one kernel: reachability, relocations, helpers and hooks made into reasons.
 *
 * @module
 */
import { BtfKind } from "../btf/kinds.ts";
import type { CoreReport, LinkedProgram } from "../inspector/core.ts";
import type { CoreResult } from "../inspector/core_facts.ts";
import type { GatedObject } from "../object/gate.ts";
import { helperName, isGplOnlyHelper } from "../insn/helpers.ts";
import { isGplCompatible } from "../object/licenses.ts";
import { type ReachedPoison, reachPoison, type ReachResult } from "../reach/reach.ts";
import { hookFindings } from "./hooks.ts";
import type { VerdictKernel } from "./kernel.ts";
import { type ProgramVerdict, type Reason, worstAnswer } from "./types.ts";

/** One object on one kernel, as libbpf sees it. */
export interface VerdictSubject {
  readonly object: GatedObject;
  readonly report: CoreReport;
  readonly kernel: VerdictKernel;
  /** Contents of the maps that never change, with the globals that were asked for. */
  readonly constants: ReadonlyMap<number, Uint8Array>;
}

function reachOf(subject: VerdictSubject, program: LinkedProgram): ReachResult {
  const { report, kernel, constants } = subject;
  const kconfigMap = report.facts.maps.findIndex(({ content }) => content === "kconfig");
  return reachPoison(program, {
    constants,
    isLittleEndian: report.facts.byteOrder === "little",
    mapSizes: new Map(report.facts.maps.map((map, index) => [index, map])),
    ...(kernel.version !== undefined && { version: kernel.version }),
    ...(kconfigMap >= 0 && { kconfigMap }),
  });
}

/** The relocation behind a poisoned instruction of a linked program. */
function relocationAt(
  report: CoreReport,
  program: LinkedProgram,
  instruction: number,
): CoreResult | undefined {
  const around = program.functions.findLast((place) => place.instruction <= instruction);
  const start = around?.instruction ?? 0;
  const index = start === 0
    ? report.programs.indexOf(program)
    : report.facts.programs.findIndex(({ isSubprogram, name }) =>
      isSubprogram && name === around?.name
    );
  const own = report.relocations.filter((result) =>
    result.program === index && result.verdict === "poisoned"
  );
  // a poisoned 64-bit load takes two slots, and only its first has the relocation
  return own.find((result) => result.instruction === instruction - start) ??
    own.find((result) => result.instruction === instruction - start - 1);
}

function sourceAt(program: LinkedProgram, instruction: number): string | undefined {
  const line = program.lines.findLast((place) => place.instruction <= instruction);
  if (line?.file === undefined) return undefined;
  const { file, line: number, column } = line;
  return column > 0 ? `${file}:${number}:${column}` : `${file}:${number}`;
}

/** True when a module that is not in the profile may have the type that a relocation asks for. */
function mayBeInModule(subject: VerdictSubject, relocation: CoreResult | undefined): boolean {
  const { object: { btf }, kernel } = subject;
  if (relocation === undefined || btf === undefined || !kernel.hasUnknownModules) return false;
  const type = btf.resolve(relocation.typeId);
  // flavours (`task_struct___old`) stand for the type without their suffix
  const name = btf.name(type).replace(/___.*$/, "");
  const kinds = [BtfKind.STRUCT, BtfKind.UNION, BtfKind.ENUM, BtfKind.ENUM64, BtfKind.TYPEDEF];
  return name !== "" && !kinds.some((kind) => kernel.has(name, kind));
}

function poisonReason(
  subject: VerdictSubject,
  program: LinkedProgram,
  poison: ReachedPoison,
): Reason {
  const { instruction, kind, isExact } = poison;
  const source = sourceAt(program, instruction);
  const place = { instruction, ...(source !== undefined && { source }) };
  if (kind === "kfunc") {
    const text = "It calls a kernel function that the kernel does not have";
    return { answer: "rejected", code: "kfunc-absent", text, ...place };
  }
  if (kind === "map") {
    const text = "It uses a map that is not created on this kernel";
    return { answer: "rejected", code: "map-absent", text, ...place };
  }
  const relocation = relocationAt(subject.report, program, instruction);
  const what = relocation?.subject ?? "a type or field";
  if (mayBeInModule(subject, relocation)) {
    const text = `The kernel has no ${what}; a module may, whose BTF is not in the profile`;
    return { answer: "depends", code: "module-btf", text, ...place };
  }
  if (isExact) {
    const text = `The kernel has no ${what}, and nothing guards the access`;
    return { answer: "rejected", code: "core-missing", text, ...place };
  }
  const text =
    `The kernel has no ${what}; whether the access can be reached is too complex to tell`;
  return { answer: "beyond", code: "core-unclear", text, ...place };
}

/** Poison that only open kconfig values let the pass reach depends on the configuration. */
function withOpenConfig(subject: VerdictSubject, reasons: readonly Reason[]): Reason[] {
  const { report, kernel } = subject;
  const hasKconfig = report.externs.some(({ kind }) => kind === "kconfig");
  if (!hasKconfig || kernel.config !== undefined) return [...reasons];
  return reasons.map((reason) =>
    reason.code === "core-missing"
      ? {
        ...reason,
        answer: "depends",
        code: "config",
        text: `${reason.text} but the configuration`,
      }
      : reason
  );
}

function helperReasons(
  subject: VerdictSubject,
  program: LinkedProgram,
  reach: ReachResult,
): Reason[] {
  const { report: { facts: { license } }, kernel: { facts: { lastHelper } } } = subject;
  const reasons: Reason[] = [];
  for (const [id, instruction] of reach.helpers) {
    const name = helperName(id) ?? `helper ${id}`;
    const source = sourceAt(program, instruction);
    const place = { instruction, ...(source !== undefined && { source }) };
    if (lastHelper > 0 && id > lastHelper) {
      const text = `The kernel has no ${name}`;
      reasons.push({ answer: "rejected", code: "helper-absent", text, ...place });
    } else if (isGplOnlyHelper(id) && !isGplCompatible(license)) {
      const text = `${name} needs a GPL-compatible licence: it is "${license}"`;
      reasons.push({ answer: "rejected", code: "license", text, ...place });
    }
  }
  return reasons;
}

/** Relocations of a program that failed outright: libbpf gives the object up. */
function failureReasons(report: CoreReport, index: number): Reason[] {
  return report.relocations
    .filter(({ program, verdict }) => program === index && verdict === "failed")
    .map(({ subject, errno }) => ({
      answer: "rejected",
      code: "core-failed",
      text: `libbpf cannot resolve ${subject} (error ${errno ?? 0})`,
    }));
}

/**
 * Judges a program.
 *
 * @param subject The object on the kernel.
 * @param program One of its linked programs.
 */
export function judgeProgram(subject: VerdictSubject, program: LinkedProgram): ProgramVerdict {
  const { report, kernel } = subject;
  const { facts } = program;
  const reach = reachOf(subject, program);
  const hook = hookFindings(facts, report.facts.license, kernel);
  const poison = reach.reached.map((reached) => poisonReason(subject, program, reached));
  const reasons = [
    ...failureReasons(report, report.programs.indexOf(program)),
    ...hook.reasons,
    ...withOpenConfig(subject, poison),
    ...helperReasons(subject, program, reach),
  ];
  if (!reach.isComplete) {
    const text = `The program is too complex to follow (${reach.steps} steps)`;
    reasons.push({ answer: "beyond", code: "too-complex", text });
  }
  return {
    program: facts.name,
    section: facts.section,
    answer: worstAnswer(reasons.map(({ answer }) => answer)),
    reasons,
    remarks: hook.remarks,
    absentOptional: reach.poisoned - reach.reached.length,
  };
}
