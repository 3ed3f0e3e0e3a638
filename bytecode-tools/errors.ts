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
  | "malformed";

/** Bytes that are not a usable BPF object. */
export class BytecodeError extends Error {
  override readonly name = "BytecodeError";
  readonly code: BytecodeErrorCode;
  /** Where in the file, in bytes. */
  readonly offset: number;

  constructor(code: BytecodeErrorCode, message: string, offset = 0) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}
