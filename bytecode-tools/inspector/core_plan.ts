/**
 * The calls that make a report, written down before any of them is made.
 *
 * @module
 */
import type { Batch } from "../wasm/batch.ts";
import * as calls from "../wasm/calls.ts";
import type { Earlier } from "../wasm/runner.ts";

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

/** What is wanted of a report. */
export interface CoreOptions {
  /** Name of the object, which becomes part of the names of section maps. @default "object" */
  readonly name?: string;
  /** Whether source lines are wanted. @default true */
  readonly withLines?: boolean;
}

/** Places of the calls whose replies make a report. */
export interface Places {
  readonly facts: Earlier;
  readonly core: Earlier;
  readonly externs: Earlier;
  readonly code: Earlier;
  readonly instructions: Earlier;
  readonly data: Earlier;
}

/** The same without a kernel. */
export type ObjectPlaces = Omit<Places, "externs">;
type Linked = Pick<Places, "code" | "data" | "instructions">;

function addLinking(batch: Batch, object: Earlier, options: CoreOptions): Linked {
  batch.add(calls.link(object));
  return {
    code: batch.add(calls.code(object, options.withLines ?? true)),
    instructions: batch.add(calls.instructions(object)),
    data: batch.add(calls.data(object)),
  };
}

/** Calls that open and link an object. */
export function planObject(
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

/** Opens a kernel; returns what must be closed, in this order. */
function addTarget(batch: Batch, object: Earlier, target: CoreTarget): Earlier[] {
  const btf = batch.add(calls.openBtf(target.btf, 0));
  batch.add(calls.setTarget(object, btf));
  const modules = (target.modules ?? []).map(({ name, btf: bytes }) => {
    const module = batch.add(calls.openBtf(bytes, btf));
    batch.add(calls.addModule(object, module, name));
    return module;
  });
  return [...modules, btf];
}

/** Calls that judge an object by a kernel, and leave nothing open behind them. */
export function planCore(
  batch: Batch,
  subject: { bytes: Uint8Array; target: CoreTarget },
  options: CoreOptions,
): Places {
  const { bytes, target } = subject;
  const object = batch.add(calls.openObject(bytes, options.name ?? "object"));
  const facts = batch.add(calls.describe(object));
  const opened = addTarget(batch, object, target);
  const core = batch.add(calls.relocateCore(object));
  const symbols = batch.add(calls.resolveSymbols(object));
  const externs = target.answers === undefined
    ? symbols
    : batch.add(calls.setKconfig(object, target.answers));
  const linked = addLinking(batch, object, options);
  batch.add(calls.closeObject(object));
  for (const btf of opened) batch.add(calls.closeBtf(btf));
  return { facts, core, externs, ...linked };
}
