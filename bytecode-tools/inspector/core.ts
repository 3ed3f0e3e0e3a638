/**
 * One object on one kernel: what libbpf makes of its relocations, symbols and configuration values,
 * and the code that the kernel would be given.
 *
 * @module
 */
import { readAnswer } from "./answer_shape.ts";
import { CORE_LIST, CORE_RESULTS } from "./core_facts.ts";
import { type CoreRelocation, coreRelocation, type CoreResult, coreResult } from "./core_facts.ts";
import {
  type CoreOptions,
  type CoreTarget,
  type ObjectPlaces,
  type Places,
  planCore,
  planObject,
} from "./core_plan.ts";
import { InspectError } from "./inspect_error.ts";
import {
  CODE,
  type CodeFacts,
  type ExternFacts,
  EXTERNS,
  OBJECT,
  type ObjectFacts,
  type ProgramFacts,
} from "./object_facts.ts";
import { Batch, type BatchReplies } from "../wasm/batch.ts";
import { freshRunner } from "../wasm/module.ts";
import { kconfigRefusal } from "../wasm/replies.ts";
import type { Runner } from "../wasm/runner.ts";
import { DEFAULT_DEADLINE } from "../wasm/worker.ts";

/** Options of the functions that stop at a deadline. */
export interface CoreWithinOptions extends CoreOptions {
  /** Milliseconds. @default 5000 */
  readonly deadline?: number;
}

/** A program with its code. */
export interface LinkedProgram extends CodeFacts {
  /** What is known of it besides. */
  readonly facts: ProgramFacts;
  /** The instructions as bytes, in the byte order of the object. */
  readonly bytes: Uint8Array;
}

/** An object by itself. */
export interface ObjectReport {
  /** What it holds. */
  readonly facts: ObjectFacts;
  /** Its CO-RE relocations. */
  readonly relocations: readonly CoreRelocation[];
  /** Programs with subprograms and references linked in; empty when linking failed. */
  readonly programs: readonly LinkedProgram[];
  /** First contents of the maps that stand for a section, by place in the list of maps. */
  readonly data: ReadonlyMap<number, Uint8Array>;
  /** Why linking failed, when it did. */
  readonly failure: InspectError | undefined;
}

/** An object on a kernel. */
export interface CoreReport extends ObjectReport {
  /** Its CO-RE relocations, with what the kernel has for them. */
  readonly relocations: readonly CoreResult[];
  /** Externs with what the kernel has for them. */
  readonly externs: readonly ExternFacts[];
}

/** Cuts bytes into consecutive pieces; refuses when the sizes do not add up. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  let at = 0;
  const pieces = sizes.map((size) => bytes.subarray(at, at += size));
  if (at === bytes.length) return pieces;
  throw new InspectError(
    "bad-answer",
    `Cannot use the module's answer: it has ${bytes.length} bytes, and ${at} are expected`,
  );
}

function linkedPrograms(
  facts: ObjectFacts,
  replies: BatchReplies,
  places: ObjectPlaces,
): LinkedProgram[] {
  const code = readAnswer(replies.of(places.code).answer, CODE);
  const bytes = cut(
    replies.of(places.instructions).answer,
    code.map(({ instructions }) => instructions * 8),
  );
  return facts.programs.map((program, index) => {
    const own = code[index];
    const instructions = bytes[index];
    if (own === undefined || instructions === undefined) {
      throw new InspectError(
        "bad-answer",
        `Cannot use the code of "${program.name}": it is missing`,
      );
    }
    return { ...own, facts: program, bytes: instructions };
  });
}

function sectionData(
  facts: ObjectFacts,
  replies: BatchReplies,
  places: ObjectPlaces,
): Map<number, Uint8Array> {
  const indexes = [...facts.maps.keys()].filter((at) => facts.maps[at]?.content !== undefined);
  const sizes = indexes.map((at) => facts.maps[at]?.valueSize ?? 0);
  const pieces = cut(replies.of(places.data).answer, sizes);
  return new Map(indexes.map((at, place) => [at, pieces[place] ?? new Uint8Array()]));
}

/** What both kinds of report have in common, once the relocations were read. */
function restOfReport(
  facts: ObjectFacts,
  replies: BatchReplies,
  places: ObjectPlaces,
): Pick<ObjectReport, "data" | "failure" | "programs"> {
  const { failure } = replies;
  if (failure !== undefined) return { programs: [], data: new Map(), failure };
  return {
    programs: linkedPrograms(facts, replies, places),
    data: sectionData(facts, replies, places),
    failure,
  };
}

function objectReport(replies: BatchReplies, places: ObjectPlaces): ObjectReport {
  const facts = readAnswer(replies.of(places.facts).answer, OBJECT);
  const relocations = readAnswer(replies.of(places.core).answer, CORE_LIST).map(coreRelocation);
  return { facts, relocations, ...restOfReport(facts, replies, places) };
}

function coreReport(replies: BatchReplies, places: Places): CoreReport {
  const facts = readAnswer(replies.of(places.facts).answer, OBJECT);
  const relocations = readAnswer(replies.of(places.core).answer, CORE_RESULTS).map(coreResult);
  const answered = replies.of(places.externs);
  const externs = readAnswer(answered.answer, EXTERNS);
  const refused = answered.value < 0 ? kconfigRefusal(answered) : undefined;
  const rest = restOfReport(facts, replies, places);
  return { facts, relocations, externs, ...rest, failure: refused ?? rest.failure };
}

/**
 * Opens and links an object without a kernel.
 *
 * @throws {InspectError} When libbpf does not take the object.
 */
export function reportObject(bytes: Uint8Array, options: CoreOptions = {}): ObjectReport {
  const batch = new Batch();
  const places = planObject(batch, bytes, options);
  return objectReport(batch.run(), places);
}

/** Like {@linkcode reportObject}, in a worker that is stopped at the deadline. */
export async function reportObjectWithin(
  bytes: Uint8Array,
  options: CoreWithinOptions = {},
): Promise<ObjectReport> {
  const batch = new Batch();
  const places = planObject(batch, bytes, options);
  return objectReport(await batch.runWithin(options.deadline ?? DEFAULT_DEADLINE), places);
}

/**
 * Judges one object by several kernels, one after the other. All that an instance of the module has
 * met is this object, so the kernels share one: its memory need not be made anew for each of them.
 */
export class ObjectJudge {
  readonly #bytes: Uint8Array;
  readonly #options: CoreOptions;
  #runner: Runner | undefined;

  /** Nothing is done with the object before the first kernel. */
  constructor(bytes: Uint8Array, options: CoreOptions = {}) {
    this.#bytes = bytes;
    this.#options = options;
  }

  /**
   * Judges the object by a kernel.
   *
   * @throws {InspectError} When libbpf does not take the object or the BTF.
   */
  report(target: CoreTarget): CoreReport {
    const batch = new Batch();
    const places = planCore(batch, { bytes: this.#bytes, target }, this.#options);
    const runner = this.#runner ?? freshRunner();
    this.#runner = undefined;
    const report = coreReport(batch.run(runner), places);
    // where something failed, things are left open
    if (report.failure === undefined) this.#runner = runner;
    return report;
  }
}

/**
 * Judges an object by a kernel.
 *
 * @throws {InspectError} When libbpf does not take the object or the BTF.
 */
export function reportCore(
  bytes: Uint8Array,
  target: CoreTarget,
  options: CoreOptions = {},
): CoreReport {
  return new ObjectJudge(bytes, options).report(target);
}

/** Like {@linkcode reportCore}, in a worker that is stopped at the deadline. */
export async function reportCoreWithin(
  bytes: Uint8Array,
  target: CoreTarget,
  options: CoreWithinOptions = {},
): Promise<CoreReport> {
  const batch = new Batch();
  const places = planCore(batch, { bytes, target }, options);
  return coreReport(await batch.runWithin(options.deadline ?? DEFAULT_DEADLINE), places);
}
