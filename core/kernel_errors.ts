/**
 * From what the kernel or a library said to what a user can act on.
 *
 * @module
 */
import type {
  Kernel,
  LibraryError,
  ObjectError,
  StrandedError,
  SyscallError,
  VerifierError,
} from "../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "./errors.ts";

/** The work during which an error came up. */
export interface KernelWork {
  /** Start of the message, such as `Cannot load program "x"`. */
  readonly action: string;
  /** Capabilities that the work needs. */
  readonly needs: readonly string[];
  /** Extra advice by error name, such as `{ EBUSY: "…" }`. */
  readonly hints?: Readonly<Record<string, string>>;
}

const NOISE =
  /^(processed \d+ insns|verification time|stack depth|mark_precise|peak_states|max_|$)/;

/**
 * The line of a verifier log that says why.
 *
 * @param log The whole log.
 * @returns The last line that is not statistics; empty for an empty log.
 */
export function decisiveLine(log: string): string {
  const lines = log.split("\n").map((line) => line.trim());
  return lines.findLast((line) => !NOISE.test(line)) ?? "";
}

function hasName<T extends Error>(error: unknown, name: T["name"]): error is T {
  return error instanceof Error && error.name === name;
}

/** True for an error of a system call, with the given number's name if one is given. */
export function isSyscallError(error: unknown, code?: string): error is SyscallError {
  return hasName<SyscallError>(error, "SyscallError") &&
    (code === undefined || error.code === code);
}

/** True when this thread could not come back from a network namespace: nothing may go on here. */
export function isStranded(error: unknown): boolean {
  return hasName<StrandedError>(error, "StrandedError") ||
    (error instanceof BpfmanError && error.code === "namespace-stuck");
}

/** Turns the error of a way back that failed into one for users; others pass unchanged. */
export function explainStranded(error: unknown): unknown {
  if (!hasName<StrandedError>(error, "StrandedError")) return error;
  return new BpfmanError(error.message, {
    code: "namespace-stuck",
    kind: ErrorKind.KERNEL,
    hint: "Run the next command in another process: it finishes or undoes what this one began",
    cause: error.cause,
  });
}

function permissionError(work: KernelWork, kernel: Kernel, cause: Error): BpfmanError {
  const held = kernel.host.capabilities();
  const missing = work.needs.filter((name) => !held.has(name) && !held.has("CAP_SYS_ADMIN"));
  if (missing.length > 0) {
    return new BpfmanError(`${work.action}: missing capability ${missing.join(", ")}`, {
      code: "missing-capability",
      kind: ErrorKind.KERNEL,
      hint: `Run as root, or grant ${missing.join(", ")} to the process`,
      cause,
    });
  }
  return new BpfmanError(
    `${work.action}: the kernel does not permit it although ${work.needs.join(", ")} is held`,
    {
      code: "kernel-forbids",
      kind: ErrorKind.KERNEL,
      hint: "A security module, kernel lockdown, or the kernel's configuration forbids this kind",
      cause,
    },
  );
}

function libraryError(work: KernelWork, error: LibraryError): BpfmanError {
  return new BpfmanError(`${work.action}: ${error.message}`, {
    code: "library-missing",
    hint: error.cause === undefined
      ? `Install it: apt-get install ${error.debianPackage}`
      : `Grant --allow-ffi for ${error.library}, or install a newer ${error.debianPackage}`,
    cause: error.cause,
  });
}

function verifierError(work: KernelWork, error: VerifierError): BpfmanError {
  const why = decisiveLine(error.log);
  return new BpfmanError(`${work.action}: the kernel verifier refused it: ${why}`, {
    code: "verifier-rejected",
    kind: ErrorKind.KERNEL,
    hint: "The whole log of the verifier is above; its last lines name instruction and register",
    log: error.log,
  });
}

function objectError(work: KernelWork, error: ObjectError): BpfmanError {
  const said = error.messages.join("; ") || error.message;
  return new BpfmanError(`${work.action}: ${said}`, {
    code: "object-refused",
    kind: ErrorKind.KERNEL,
    cause: error,
  });
}

/**
 * Turns an error of the kernel or of a library into one for users; others pass unchanged.
 *
 * @param error What was thrown.
 * @param work What was being done.
 * @param kernel Asked for the capabilities that are held.
 */
export function explain(error: unknown, work: KernelWork, kernel: Kernel): unknown {
  if (hasName<LibraryError>(error, "LibraryError")) return libraryError(work, error);
  if (hasName<VerifierError>(error, "VerifierError")) {
    return ["EPERM", "EACCES"].includes(error.code) && !error.log.includes("\n")
      ? permissionError(work, kernel, error)
      : verifierError(work, error);
  }
  const isObject = hasName<ObjectError>(error, "ObjectError");
  if (!isObject && !isSyscallError(error)) return explainStranded(error);
  const code = error.code;
  const hint = work.hints?.[code];
  if (hint === undefined && (code === "EPERM" || code === "EACCES")) {
    return permissionError(work, kernel, error);
  }
  if (isObject) return objectError(work, error);
  return new BpfmanError(`${work.action}: ${error.message}`, {
    code: "kernel-refused",
    kind: ErrorKind.KERNEL,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Runs synchronous kernel work and explains what it throws. */
export function withExplanation<T>(kernel: Kernel, work: KernelWork, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explain(error, work, kernel);
  }
}
