/**
 * The one error that the readers of this folder throw.
 *
 * @module
 */

/** Why bytes were refused. */
export type BytecodeErrorCode =
  | "empty"
  | "too-large"
  | "not-elf"
  | "not-bpf"
  | "not-relocatable"
  | "truncated"
  | "malformed"
  | "unsupported"
  | "bad-value";

/** What else is known about a refusal. */
export interface BytecodeErrorDetails {
  /** The rule that was broken, such as `btf-cycle`; the code when no rule is named. */
  readonly rule?: string;
  /** The section that the refusal is about. */
  readonly section?: string;
}

/** Bytes that are not a usable BPF object. */
export class BytecodeError extends Error {
  /** Always `BytecodeError`. */
  override readonly name = "BytecodeError";
  /** Why the bytes were refused. */
  readonly code: BytecodeErrorCode;
  /** Where in the file, in bytes. */
  readonly offset: number;
  /** The rule that was broken; stable, one word with dashes. */
  readonly rule: string;
  /** The section that the refusal is about, when it is about one. */
  readonly section: string | undefined;

  /** Makes an error; the place defaults to the start of the file. */
  constructor(
    code: BytecodeErrorCode,
    message: string,
    offset = 0,
    details: BytecodeErrorDetails = {},
  ) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.rule = details.rule ?? code;
    this.section = details.section;
  }
}

/** A place in a file. */
export interface Place {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Name of the section, when the place is in one. */
  readonly section?: string;
}

/**
 * Refuses bytes by a rule.
 *
 * @param rule The broken rule.
 * @param message What is wrong and what was wanted.
 * @param place Where.
 * @throws {BytecodeError} Always.
 */
export function refuse(rule: string, message: string, place: Place): never {
  const { offset, section } = place;
  const details = section === undefined ? { rule } : { rule, section };
  throw new BytecodeError("malformed", message, offset, details);
}
