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
  /** Family of the failure. @default "other" */
  readonly kind?: ErrorKind;
  /** The next step for the user. */
  readonly hint?: string;
  /** Long text that belongs to the failure, such as a verifier log. */
  readonly log?: string;
  /** What was caught. */
  readonly cause?: unknown;
}

/** The base of all errors of this library. */
export class BpfmanError extends Error {
  /** Name of the class. */
  override readonly name: string = "BpfmanError";
  /** Stable word in kebab case, such as `program-not-found`. */
  readonly code: string;
  /** Family of the failure; decides the exit code of the command-line tool. */
  readonly kind: ErrorKind;
  /** The next step for the user. */
  readonly hint: string | undefined;
  /** Long text that belongs to the failure, such as a verifier log. */
  readonly log: string | undefined;

  /**
   * Makes an error.
   *
   * @param message What failed, on which object, and why.
   * @param options Code, family, hint, log, cause.
   */
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
  /** Name of the class. */
  override readonly name: string = "BatchError";
  /** Each failed item with its error. */
  readonly failures: readonly { readonly id: number | string; readonly error: Error }[];

  /**
   * Makes an error.
   *
   * @param message How many of how many failed.
   * @param failures Each failed item with its error.
   */
  constructor(
    message: string,
    failures: readonly { readonly id: number | string; readonly error: Error }[],
  ) {
    const first = failures[0]?.error;
    super(message, {
      code: "batch-failed",
      kind: first instanceof BpfmanError ? first.kind : ErrorKind.OTHER,
    });
    this.failures = failures;
  }
}

/** A message as it stands behind a colon: without a capital, unless it begins with a name. */
export function afterColon(message: string): string {
  const isPlain = /^[A-Z][a-z]*\b/.test(message) && !/^(Linux|Deno|Debian)\b/.test(message);
  return isPlain ? message.charAt(0).toLowerCase() + message.slice(1) : message;
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
