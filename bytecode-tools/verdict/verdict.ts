/**
 * Will it load on kernel X: libbpf's judgement of CO-RE, the reachability of what it could not
 * resolve, and the kernel's facts, made into one of four answers per program.
 *
 * @module
 */
import {
  type CoreReport,
  type LinkedProgram,
  ObjectJudge,
  reportCoreWithin,
} from "../inspector/core.ts";
import { type GatedObject, gateObject } from "../object/gate.ts";
import { globalBytes, readGlobals } from "../values/globals.ts";
import { InspectError } from "../inspector/inspect_error.ts";
import type { KernelProfile } from "../kernel/profile.ts";
import { VerdictKernel } from "./kernel.ts";
import { objectReasons } from "./object.ts";
import { judgeProgram, type VerdictSubject } from "./program.ts";
import { type KernelVerdict, type Reason, worstAnswer } from "./types.ts";

export type { Answer, KernelVerdict, ProgramVerdict, Reason } from "./types.ts";
export { overallAnswer, worstAnswer } from "./types.ts";

/** How an object is checked. */
export interface CheckOptions {
  /** Values that globals will have, as users write them, by name. @default those in the object */
  readonly globals?: ReadonlyMap<string, string>;
  /** Programs to check, by name. @default all that are loaded by default */
  readonly programs?: readonly string[];
  /** Is told before each kernel which one comes, and how many were before it. */
  readonly onKernel?: (name: string, at: number) => void;
}

/** Options of the functions that stop at a deadline. */
export interface CheckWithinOptions extends CheckOptions {
  /** Milliseconds for libbpf's part on each kernel. @default 5000 */
  readonly deadline?: number;
}

/** Contents of the constant maps; without a configuration, kconfig values are open. */
function constantsOf(
  subject: Omit<VerdictSubject, "constants">,
  globals: ReadonlyMap<string, string>,
): Map<number, Uint8Array> {
  const { object, report, kernel } = subject;
  const constants = new Map<number, Uint8Array>();
  report.facts.maps.forEach(({ content }, index) => {
    const data = report.data.get(index);
    if (data === undefined || content !== "rodata" && content !== "kconfig") return;
    if (content === "kconfig" && kernel.config === undefined) return;
    constants.set(index, data.slice());
  });
  const places = new Map(readGlobals(object).map((global) => [global.name, global]));
  for (const [name, text] of globals) {
    const bytes = globalBytes(object, name, text);
    const place = places.get(name);
    const map = report.facts.maps.findIndex(({ section }) => section === place?.section);
    constants.get(map)?.set(bytes, place?.offset ?? 0);
  }
  return constants;
}

function isWanted({ facts }: LinkedProgram, options: CheckOptions): boolean {
  if (facts.isSubprogram) return false;
  return options.programs?.includes(facts.name) ?? facts.isAutoloaded;
}

/** The same answer for every program: what stands against the object itself. */
function refusedObject(object: GatedObject, kernel: string, reason: Reason): KernelVerdict {
  const programs = object.code.filter(({ section }) => section.name !== ".text")
    .flatMap(({ section, functions }) =>
      functions.map(({ name }) => ({
        program: name,
        section: section.name,
        answer: reason.answer,
        reasons: [reason],
        remarks: [],
        absentOptional: 0,
      }))
    );
  return { kernel, programs };
}

function judge(subject: VerdictSubject, options: CheckOptions): KernelVerdict {
  const { object, report, kernel } = subject;
  const { name } = kernel.profile;
  if (report.failure !== undefined) return refusedObject(object, name, refusal(report.failure));
  const general = objectReasons(object, report, kernel);
  const programs = report.programs.filter((program) => isWanted(program, options))
    .map((program) => judgeProgram(subject, program))
    .map((verdict) => ({
      ...verdict,
      reasons: [...general, ...verdict.reasons],
      answer: worstAnswer([...general, ...verdict.reasons].map(({ answer }) => answer)),
    }));
  return { kernel: name, programs };
}

function refusal(error: InspectError): Reason {
  const said = error.log.trim().split("\n").at(-1)?.replace(/^libbpf: /, "") ?? "";
  const text = said === "" ? error.message : `libbpf refuses the object: ${said}`;
  const isOurs = error.code !== "refused";
  return { answer: isOurs ? "beyond" : "rejected", code: isOurs ? "no-answer" : "libbpf", text };
}

function conclude(
  object: GatedObject,
  kernel: VerdictKernel,
  options: CheckOptions & { readonly report: CoreReport },
): KernelVerdict {
  const { report, globals = new Map<string, string>() } = options;
  const partial = { object, report, kernel };
  return judge({ ...partial, constants: constantsOf(partial, globals) }, options);
}

const prepared = new WeakMap<KernelProfile, VerdictKernel>();

/** Reads a profile's BTF once, however many objects are checked against it. */
function prepareKernel(profile: KernelProfile): VerdictKernel {
  const kernel = prepared.get(profile) ?? new VerdictKernel(profile);
  prepared.set(profile, kernel);
  return kernel;
}

/**
 * Checks an object against kernels.
 *
 * @param bytes The object; it passes the gate first.
 * @param profiles The kernels.
 * @returns One verdict for each kernel.
 * @throws {BytecodeError} When the object or a profile is malformed, or a global does not exist.
 */
export function checkObject(
  bytes: Uint8Array,
  profiles: readonly KernelProfile[],
  options: CheckOptions = {},
): KernelVerdict[] {
  const object = gateObject(bytes);
  const judge = new ObjectJudge(bytes);
  return profiles.map((profile, at) => {
    options.onKernel?.(profile.name, at);
    const kernel = prepareKernel(profile);
    try {
      const report = judge.report(kernel.target);
      return conclude(object, kernel, { ...options, report });
    } catch (error) {
      if (error instanceof InspectError) return refusedObject(object, profile.name, refusal(error));
      throw error;
    }
  });
}

/** Like {@linkcode checkObject}, with libbpf in a worker that is stopped at the deadline. */
export async function checkObjectWithin(
  bytes: Uint8Array,
  profiles: readonly KernelProfile[],
  options: CheckWithinOptions = {},
): Promise<KernelVerdict[]> {
  const object = gateObject(bytes);
  const verdicts: KernelVerdict[] = [];
  const limits = options.deadline === undefined ? {} : { deadline: options.deadline };
  for (const [at, profile] of profiles.entries()) {
    options.onKernel?.(profile.name, at);
    const kernel = prepareKernel(profile);
    try {
      const report = await reportCoreWithin(bytes, kernel.target, limits);
      verdicts.push(conclude(object, kernel, { ...options, report }));
    } catch (error) {
      if (!(error instanceof InspectError)) throw error;
      verdicts.push(refusedObject(object, profile.name, refusal(error)));
    }
  }
  return verdicts;
}
