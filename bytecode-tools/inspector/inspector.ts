/**
 * libbpf's judgement in TypeScript: one instance of the WebAssembly module.
 *
 * The module is libbpf itself, compiled to WebAssembly without imports: it sees the bytes that it is
 * given and nothing else. An instance that has met untrusted bytes is not used for others.
 *
 * @module
 */
import { readAnswer } from "./answer_shape.ts";
import {
  CORE_LIST,
  CORE_RESULTS,
  type CoreRelocation,
  coreRelocation,
  type CoreResult,
  coreResult,
} from "./core_facts.ts";
import { InspectError } from "./inspect_error.ts";
import {
  CODE,
  type CodeFacts,
  type ExternFacts,
  EXTERNS,
  OBJECT,
  type ObjectFacts,
} from "./object_facts.ts";
import * as calls from "../wasm/calls.ts";
import { freshRunner, runCalls } from "../wasm/module.ts";
import { allReplies, kconfigRefusal, replyAt } from "../wasm/replies.ts";
import type { Call, Reply, Runner } from "../wasm/runner.ts";

/** BTF that an {@linkcode Inspector} has opened; worth nothing in another one. */
export type BtfHandle = number & { readonly handle: "btf" };
/** An object that an {@linkcode Inspector} has opened; worth nothing in another one. */
export type ObjectHandle = number & { readonly handle: "object" };

/** BTF of a kernel module. */
export interface ModuleBtf {
  /** Name of the module, such as `nf_conntrack`. */
  readonly name: string;
  /** Its BTF, opened upon the kernel's. */
  readonly btf: BtfHandle;
}

/**
 * An instance of the module.
 *
 * Any trap and any answer that is not what was promised ends it: later calls throw `closed`.
 *
 * @example Types of a BTF file
 * ```ts
 * import { Inspector } from "@bpfman/cli/bytecode-tools";
 *
 * function countTypes(btf: Uint8Array): number {
 *   using inspector = Inspector.fresh();
 *   return inspector.countTypes(inspector.openBtf(btf));
 * }
 * ```
 */
export class Inspector {
  #runner: Runner | undefined;
  readonly #open = new Set<number>();

  private constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** Makes an instance that has seen no bytes yet. */
  static fresh(): Inspector {
    return new Inspector(freshRunner());
  }

  /** Drops the instance and its memory. */
  [Symbol.dispose](): void {
    this.#runner = undefined;
    this.#open.clear();
  }

  #call(call: Call, ...handles: readonly number[]): Reply {
    if (this.#runner === undefined) {
      throw new InspectError("closed", "Cannot use the inspector: it was dropped");
    }
    for (const handle of handles) {
      if (this.#open.has(handle)) continue;
      throw new InspectError("closed", `Cannot use handle ${handle}: it is not open here`);
    }
    try {
      return replyAt(allReplies([call], runCalls(this.#runner, [call])), 0);
    } catch (error) {
      if (!(error instanceof InspectError) || error.code !== "refused") this[Symbol.dispose]();
      throw error;
    }
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #opened(reply: Reply): number {
    this.#open.add(reply.value);
    return reply.value;
  }

  /** Opens the BTF of a kernel, or, with a `base`, that of one of its modules. */
  openBtf(bytes: Uint8Array, base?: BtfHandle): BtfHandle {
    const handles = base === undefined ? [] : [base];
    return this.#opened(this.#call(calls.openBtf(bytes, base ?? 0), ...handles)) as BtfHandle;
  }

  /** Frees BTF; nothing that was opened upon it may be used afterwards. */
  closeBtf(btf: BtfHandle): void {
    this.#call(calls.closeBtf(btf), btf);
    this.#open.delete(btf);
  }

  /** Counts the types, the void type included. */
  countTypes(btf: BtfHandle): number {
    return this.#call(calls.countTypes(btf), btf).value;
  }

  /** Finds a type by name and BTF kind; undefined when there is none. */
  findType(btf: BtfHandle, name: string, kind: number): number | undefined {
    const { value } = this.#call(calls.findType(btf, name, kind), btf);
    return value < 0 ? undefined : value;
  }

  /** Writes C declarations: of a type and all that it needs, or of all types. */
  dumpC(btf: BtfHandle, typeId = 0): string {
    return new TextDecoder().decode(this.#call(calls.dumpC(btf, typeId), btf).answer);
  }

  /** Opens an object; `name` becomes the prefix of the names of its section maps. */
  openObject(bytes: Uint8Array, name = "object"): ObjectHandle {
    return this.#opened(this.#call(calls.openObject(bytes, name))) as ObjectHandle;
  }

  /** Frees an object. */
  closeObject(object: ObjectHandle): void {
    this.#call(calls.closeObject(object), object);
    this.#open.delete(object);
  }

  /** Says what the object holds. */
  describe(object: ObjectHandle): ObjectFacts {
    const { answer } = this.#call(calls.describe(object), object);
    return this.#read(() => readAnswer(answer, OBJECT));
  }

  /** Lists the CO-RE relocations of an object that has no target. */
  listCore(object: ObjectHandle): readonly CoreRelocation[] {
    const { answer } = this.#call(calls.relocateCore(object), object);
    return this.#read(() => readAnswer(answer, CORE_LIST).map(coreRelocation));
  }

  /** Sets the kernel that {@linkcode relocateCore} and the calls after it judge by. */
  setTarget(object: ObjectHandle, btf: BtfHandle, modules: readonly ModuleBtf[] = []): void {
    this.#call(calls.setTarget(object, btf), object, btf);
    for (const module of modules) {
      this.#call(calls.addModule(object, module.btf, module.name), object, module.btf);
    }
  }

  /** Resolves the CO-RE relocations and patches the programs; once per opened object. */
  relocateCore(object: ObjectHandle): readonly CoreResult[] {
    const { answer } = this.#call(calls.relocateCore(object), object);
    return this.#read(() => readAnswer(answer, CORE_RESULTS).map(coreResult));
  }

  /** Looks for the kernel symbols of the object in its target. */
  resolveSymbols(object: ObjectHandle): readonly ExternFacts[] {
    const { answer } = this.#call(calls.resolveSymbols(object), object);
    return this.#read(() => readAnswer(answer, EXTERNS));
  }

  /** Gives the kconfig externs of the object their values. */
  setKconfig(object: ObjectHandle, answers: calls.KernelAnswers): readonly ExternFacts[] {
    const reply = this.#call(calls.setKconfig(object, answers), object);
    if (reply.value < 0) throw kconfigRefusal(reply);
    return this.#read(() => readAnswer(reply.answer, EXTERNS));
  }

  /** Links subprograms and fills in references; after {@linkcode relocateCore}, once per object. */
  link(object: ObjectHandle): void {
    this.#call(calls.link(object), object);
  }

  /** Says what belongs to the instructions of each program as they are now. */
  code(object: ObjectHandle, withLines = true): readonly CodeFacts[] {
    const { answer } = this.#call(calls.code(object, withLines), object);
    return this.#read(() => readAnswer(answer, CODE));
  }

  /** Returns the instructions of all programs, one program after the other. */
  instructions(object: ObjectHandle): Uint8Array {
    return this.#call(calls.instructions(object), object).answer;
  }

  /** Returns the contents of all maps that stand for a section, one map after the other. */
  data(object: ObjectHandle): Uint8Array {
    return this.#call(calls.data(object), object).answer;
  }

  /** Makes the BTF with only those types of the target that the object's relocations need. */
  minBtf(object: ObjectHandle): Uint8Array {
    return this.#call(calls.minBtf(object), object).answer;
  }
}
