/**
 * CO-RE relocations: what the module says about them, in types.
 *
 * @module
 */
import { type Check, flag, integer, list, natural, record, text, wide } from "./answer_shape.ts";
import { CORE_KINDS } from "../btf/ext.ts";
import { InspectError } from "./inspect_error.ts";

export { CORE_KINDS };

/** Kind of a CO-RE relocation. */
export type CoreKind = typeof CORE_KINDS[number];

/** A CO-RE relocation as the object has it. */
export interface CoreRelocation {
  /** Place in the list of programs. */
  readonly program: number;
  /** Instruction, counted from the start of the program before linking. */
  readonly instruction: number;
  /** What the object asks for. */
  readonly kind: CoreKind;
  /** Type in the object's BTF. */
  readonly typeId: number;
  /** What is asked for, such as `<byte_off> [7] struct task_struct.pid (0:2 @ offset 8)`. */
  readonly subject: string;
}

/** A CO-RE relocation with what a target kernel makes of it. */
export interface CoreResult extends CoreRelocation {
  /**
   * `resolved`: the instruction has the target's value; `poisoned`: nothing fits and the
   * instruction became an invalid one, which matters only where it can be reached; `failed`:
   * libbpf refuses the whole object.
   */
  readonly verdict: "resolved" | "poisoned" | "failed";
  /** Linux error number, positive, when the verdict is `failed`. */
  readonly errno: number | undefined;
  /** Value for the object's own types. */
  readonly localValue: bigint;
  /** Value for the target's types. */
  readonly targetValue: bigint;
  /** Type in the target's BTF; 0 when none was found. */
  readonly targetTypeId: number;
}

interface RawRelocation extends Omit<CoreRelocation, "kind"> {
  readonly kind: number;
}

interface RawResult extends RawRelocation {
  readonly error: number;
  readonly patchError: number;
  readonly isPoison: boolean;
  readonly local: bigint;
  readonly target: bigint;
  readonly targetTypeId: number;
}

const relocation = {
  program: natural,
  instruction: natural,
  kind: natural,
  typeId: natural,
  subject: text,
};

/** The relocations of an object without a target. */
export const CORE_LIST: Check<readonly RawRelocation[]> = list(record<RawRelocation>(relocation));

/** The relocations of an object on a target. */
export const CORE_RESULTS: Check<readonly RawResult[]> = list(record<RawResult>({
  ...relocation,
  error: integer,
  patchError: integer,
  isPoison: flag,
  local: wide,
  target: wide,
  targetTypeId: natural,
}));

/** Names the kind of a relocation; libbpf knows no other kinds than the table. */
export function coreRelocation(raw: RawRelocation): CoreRelocation {
  const { program, instruction, typeId, subject } = raw;
  const kind = CORE_KINDS[raw.kind];
  if (kind === undefined) {
    const message = `Cannot read a CO-RE relocation: kind ${raw.kind} is not between 0 and 12`;
    throw new InspectError("bad-answer", message);
  }
  return { program, instruction, kind, typeId, subject };
}

/** Turns libbpf's words into a verdict. */
export function coreResult(raw: RawResult): CoreResult {
  const failed = raw.error !== 0 || raw.patchError !== 0;
  return {
    ...coreRelocation(raw),
    verdict: failed ? "failed" : raw.isPoison ? "poisoned" : "resolved",
    errno: failed ? Math.abs(raw.error || raw.patchError) : undefined,
    localValue: raw.local,
    targetValue: raw.target,
    targetTypeId: raw.targetTypeId,
  };
}
