/**
 * One object on one kernel: what libbpf makes of its relocations, symbols and configuration values,
 * and the code that the kernel would be given.
 *
 * @module
 */
import { readAnswer } from "./answer_shape.ts";
import { CORE_LIST, CORE_RESULTS } from "./core_facts.ts";
import { type CoreRelocation, coreRelocation, type CoreResult, coreResult } from "./core_facts.ts";
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
import * as calls from "../wasm/calls.ts";
import { kconfigRefusal } from "../wasm/replies.ts";
import type { Earlier } from "../wasm/runner.ts";
import { DEFAULT_DEADLINE } from "../wasm/worker.ts";

/** BTF of a module of a kernel. */
export interface TargetModule {
  /** Name of the module, such as `nf_conntrack`. */
  readonly name: string;
  /** Its BTF, which builds upon the kernel's. */
  readonly btf: Uint8Array;
}

/** A kernel to judge by. */
export interface CoreTarget {
  /** BTF of the kernel itself. */
  readonly btf: Uint8Array;
  /** Its modules, as far as their types matter. @default none */
  readonly modules?: readonly TargetModule[];
  /** Answers to kconfig externs; without them, they stay unset. */
  readonly answers?: calls.KernelAnswers;
}

/** Options of the functions of this file. */
export interface CoreOptions {
  /** Name of the object, which becomes part of the names of section maps. @default "object" */
  readonly name?: string;
  /** Whether source lines are wanted. @default true */
  readonly withLines?: boolean;
}

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

/** Places of the calls whose replies make a report. */
interface Places {
  readonly facts: Earlier;
  readonly core: Earlier;
  readonly externs: Earlier;
  readonly code: Earlier;
  readonly instructions: Earlier;
  readonly data: Earlier;
}

type ObjectPlaces = Omit<Places, "externs">;
type Linked = Pick<Places, "code" | "data" | "instructions">;

function addLinking(batch: Batch, object: Earlier, options: CoreOptions): Linked {
  batch.add(calls.link(object));
  return {
    code: batch.add(calls.code(object, options.withLines ?? true)),
    instructions: batch.add(calls.instructions(object)),
    data: batch.add(calls.data(object)),
  };
}

function planObject(
  batch: Batch,
  bytes: Uint8Array,
  options: CoreOptions,
): ObjectPlaces {
  const object = batch.add(calls.openObject(bytes, options.name ?? "object"));
  return {
    facts: batch.add(calls.describe(object)),
    core: batch.add(calls.relocateCore(object)),
    ...addLinking(batch, object, options),
  };
}

function addTarget(batch: Batch, object: Earlier, target: CoreTarget): void {
  const btf = batch.add(calls.openBtf(target.btf, 0));
  batch.add(calls.setTarget(object, btf));
  for (const { name, btf: bytes } of target.modules ?? []) {
    batch.add(calls.addModule(object, batch.add(calls.openBtf(bytes, btf)), name));
  }
}

function planCore(
  batch: Batch,
  subject: { bytes: Uint8Array; target: CoreTarget },
  options: CoreOptions,
): Places {
  const { bytes, target } = subject;
  const object = batch.add(calls.openObject(bytes, options.name ?? "object"));
  const facts = batch.add(calls.describe(object));
  addTarget(batch, object, target);
  const core = batch.add(calls.relocateCore(object));
  const symbols = batch.add(calls.resolveSymbols(object));
  const externs = target.answers === undefined
    ? symbols
    : batch.add(calls.setKconfig(object, target.answers));
  return { facts, core, externs, ...addLinking(batch, object, options) };
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
 * Judges an object by a kernel.
 *
 * @throws {InspectError} When libbpf does not take the object or the BTF.
 */
export function reportCore(
  bytes: Uint8Array,
  target: CoreTarget,
  options: CoreOptions = {},
): CoreReport {
  const batch = new Batch();
  const places = planCore(batch, { bytes, target }, options);
  return coreReport(batch.run(), places);
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
