/**
 * The one error of everything that goes through the WebAssembly module.
 *
 * @module
 */

/** Why the module gave no answer. */
export type InspectErrorCode =
  /** libbpf does not take the bytes; `errno` and `log` tell more. */
  | "refused"
  /** The code in the module went astray: the bytes are to blame, and the instance is gone. */
  | "trap"
  /** The answer is larger than any honest object needs. */
  | "oversize"
  /** The answer is not what the module promises. */
  | "bad-answer"
  /** There was no answer in time. */
  | "deadline"
  /** The instance was dropped earlier. */
  | "closed";

/** Parts of an {@link InspectError} besides its message. */
export interface InspectErrorOptions {
  /** Linux error number, positive. */
  readonly errno?: number;
  /** What libbpf said. */
  readonly log?: string;
  /** What was thrown before. */
  readonly cause?: unknown;
}

/** No answer from the WebAssembly module. */
export class InspectError extends Error {
  /** Name of the class. */
  override readonly name = "InspectError";
  /** Why there is no answer. */
  readonly code: InspectErrorCode;
  /** Linux error number, positive; undefined when libbpf gave none. */
  readonly errno: number | undefined;
  /** What libbpf said, empty when it said nothing. */
  readonly log: string;

  /** Makes an error; the code decides what callers do about it. */
  constructor(code: InspectErrorCode, message: string, options: InspectErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errno = options.errno;
    this.log = options.log ?? "";
  }
}
