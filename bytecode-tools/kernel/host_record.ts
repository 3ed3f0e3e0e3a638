/**
 * What was learnt of a kernel by asking it while it ran, beyond what its files tell.
 *
 * @module
 */
import { BytecodeError } from "../errors.ts";

/** What a kernel did with programs of one type. */
export interface ProgramTypeRecord {
  /** Such as `fentry`: the word before the slash in sections. */
  readonly name: string;
  /** `enum bpf_prog_type`. */
  readonly type: number;
  /** `enum bpf_attach_type` that the type is told apart by, 0 for none. */
  readonly attachType: number;
  /** Whether it loads: false when the kernel refused it, null when that is not known. */
  readonly isLoadable: boolean | null;
  /** Why it cannot be used, null when it can or that is not known. */
  readonly why: string | null;
}

/** What was learnt of a kernel by asking it. */
export interface HostRecord {
  /** Such as `x86_64`. */
  readonly architecture: string;
  /** Whether programs are compiled, null when that is not known. */
  readonly hasJit: boolean | null;
  /** Version of libbpf, null where there is none. */
  readonly libbpf: string | null;
  /** Version of libxdp, null where there is none. */
  readonly libxdp: string | null;
  /** Its answers, by type. */
  readonly programTypes: readonly ProgramTypeRecord[];
}

type Json = Readonly<Record<string, unknown>>;

function isOptional(value: unknown, type: "boolean" | "string"): boolean {
  return value === null || typeof value === type;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTypeRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { name, type, attachType, isLoadable, why } = value;
  return typeof name === "string" && [type, attachType].every(Number.isSafeInteger) &&
    isOptional(isLoadable, "boolean") && isOptional(why, "string");
}

function isRecord(value: unknown): value is HostRecord {
  if (!isObject(value)) return false;
  const { architecture, hasJit, libbpf, libxdp, programTypes } = value;
  return typeof architecture === "string" && isOptional(hasJit, "boolean") &&
    [libbpf, libxdp].every((version) => isOptional(version, "string")) &&
    Array.isArray(programTypes) && programTypes.every(isTypeRecord);
}

/**
 * Reads a record out of a file of facts.
 *
 * @throws {BytecodeError} When it is none.
 */
export function hostRecordFrom(value: unknown): HostRecord {
  if (isRecord(value)) return value;
  throw new BytecodeError("malformed", 'Cannot read the kernel facts: "host" is no record');
}
