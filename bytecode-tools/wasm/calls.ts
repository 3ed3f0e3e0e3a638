/**
 * The calls of the module with names and types. An address is a number from an earlier reply, or
 * stands for an earlier call of the same batch.
 *
 * @module
 */
import type { Call, Earlier } from "./runner.ts";

/** Address of an opened BTF or object. */
export type Address = number | Earlier;

const encoder = new TextEncoder();

/** Opens BTF; `base` is the kernel's when the bytes are those of a module, else 0. */
export function openBtf(bytes: Uint8Array, base: Address): Call {
  return { name: "btf_open", args: [bytes, bytes.length, base], expect: "address" };
}

/** Frees BTF. */
export function closeBtf(btf: Address): Call {
  return { name: "btf_close", args: [btf] };
}

/** Counts types, the void type included. */
export function countTypes(btf: Address): Call {
  return { name: "btf_count", args: [btf] };
}

/** Finds a type by name and kind. */
export function findType(btf: Address, name: string, kind: number): Call {
  return { name: "btf_find", args: [btf, encoder.encode(name), kind] };
}

/** Writes a type, or all for 0, as C declarations. */
export function dumpC(btf: Address, id: number): Call {
  return { name: "btf_dump_c", args: [btf, id], expect: "status" };
}

/** Opens an object. */
export function openObject(bytes: Uint8Array, name: string): Call {
  return {
    name: "obj_open",
    args: [bytes, bytes.length, encoder.encode(name)],
    expect: "address",
  };
}

/** Frees an object; the BTF of its target stays open. */
export function closeObject(object: Address): Call {
  return { name: "obj_close", args: [object] };
}

/** Asks what the object holds. */
export function describe(object: Address): Call {
  return { name: "obj_describe", args: [object] };
}

/** Sets the BTF of the kernel to judge by. */
export function setTarget(object: Address, btf: Address): Call {
  return { name: "obj_target", args: [object, btf] };
}

/** Adds the BTF of a module of the target kernel. */
export function addModule(object: Address, btf: Address, name: string): Call {
  return { name: "obj_module", args: [object, btf, encoder.encode(name)], expect: "status" };
}

/** Lists the CO-RE relocations, and resolves and applies them when there is a target. */
export function relocateCore(object: Address): Call {
  return { name: "obj_core", args: [object], expect: "status" };
}

/** Looks for the kernel symbols of the object in the target. */
export function resolveSymbols(object: Address): Call {
  return { name: "obj_symbols", args: [object], expect: "status" };
}

/** What a kernel answers to the kconfig externs of an object. */
export interface KernelAnswers {
  /** Text of its configuration. */
  readonly config: string;
  /** LINUX_KERNEL_VERSION as a number: major, minor and patch level. */
  readonly version: number;
  /** LINUX_HAS_BPF_COOKIE. */
  readonly hasBpfCookie: boolean;
  /** LINUX_HAS_SYSCALL_WRAPPER. */
  readonly hasSyscallWrapper: boolean;
}

/** Gives the kconfig externs of the object their values; a refusal still answers with the externs. */
export function setKconfig(object: Address, answers: KernelAnswers): Call {
  const features = (answers.hasBpfCookie ? 1 : 0) | (answers.hasSyscallWrapper ? 2 : 0);
  const text = encoder.encode(`${answers.config}\n`);
  return { name: "obj_kconfig", args: [object, text, answers.version, features] };
}

/** Links subprograms and fills in references to maps and externs. */
export function link(object: Address): Call {
  return { name: "obj_relocate", args: [object], expect: "status" };
}

/** Asks what belongs to the instructions of the programs. */
export function code(object: Address, withLines: boolean): Call {
  return { name: "obj_code", args: [object, withLines ? 1 : 0] };
}

/** Asks for the instructions of all programs. */
export function instructions(object: Address): Call {
  return { name: "obj_insns", args: [object] };
}

/** Asks for the first content of all maps that stand for a section. */
export function data(object: Address): Call {
  return { name: "obj_data", args: [object] };
}

/** Makes the BTF with only the types that the relocations of the object need. */
export function minBtf(object: Address): Call {
  return { name: "obj_min_btf", args: [object], expect: "status" };
}
