/**
 * Every failure that a user can meet. A code for programs, an object and a cause for people, a
 * hint for what to do next.
 *
 * @module
 */

/** Families of failures; each family has one exit code. */
export const ErrorKind = {
  OTHER: "other",
  USAGE: "usage",
  NOT_FOUND: "not-found",
  POLICY: "policy",
  KERNEL: "kernel",
  LOCK_TIMEOUT: "lock-timeout",
  NETWORK: "network",
} as const;

/** Family of a failure. */
export type ErrorKind = typeof ErrorKind[keyof typeof ErrorKind];

/** Parts of a {@link BpfmanError} besides its message. */
export interface BpfmanErrorOptions {
  /** Stable word in kebab case, such as `program-not-found`. */
  readonly code: string;
  /** @default "other" */
  readonly kind?: ErrorKind;
  /** The next step for the user. */
  readonly hint?: string;
  /** Long text that belongs to the failure, such as a verifier log. */
  readonly log?: string;
  readonly cause?: unknown;
}

/** The base of all errors of this library. */
export class BpfmanError extends Error {
  override readonly name: string = "BpfmanError";
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly log: string | undefined;

  constructor(message: string, options: BpfmanErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.kind = options.kind ?? ErrorKind.OTHER;
    this.hint = options.hint;
    this.log = options.log;
  }
}

/** Some items of a batch failed; the others were done. */
export class BatchError extends BpfmanError {
  override readonly name: string = "BatchError";
  readonly failures: readonly { readonly id: number; readonly error: Error }[];

  constructor(
    message: string,
    failures: readonly { readonly id: number; readonly error: Error }[],
  ) {
    const first = failures[0]?.error;
    super(message, {
      code: "batch-failed",
      kind: first instanceof BpfmanError ? first.kind : ErrorKind.OTHER,
    });
    this.failures = failures;
  }
}

/** Makes the error for an id that nobody knows. */
export function notFound(what: "program" | "link", id: number, hint?: string): BpfmanError {
  const noun = what === "program" ? "Program" : "Link";
  return new BpfmanError(`${noun} ${id} does not exist`, {
    code: `${what}-not-found`,
    kind: ErrorKind.NOT_FOUND,
    hint: hint ?? `See "list ${what}s" for those that exist`,
  });
}

/** Makes the error for arguments that cannot be right. */
export function usageError(message: string, hint?: string): BpfmanError {
  return new BpfmanError(message, {
    code: "usage",
    kind: ErrorKind.USAGE,
    ...(hint === undefined ? {} : { hint }),
  });
}
