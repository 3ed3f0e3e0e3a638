/**
 * Why the store cannot be used, told by what the database or the file system said.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";

/** A cause: how it is told, its code, and what helps. */
interface StoreFault {
  readonly pattern: RegExp;
  readonly code: string;
  readonly hint: string;
}

/** What nothing is known of. */
const UNKNOWN: Omit<StoreFault, "pattern"> = {
  code: "store-failed",
  hint: 'See what "bpfman status" says of the store',
};

const FAULTS: readonly StoreFault[] = [
  {
    pattern: /disk is full|No space left|os error 28|Disk quota/,
    code: "store-full",
    hint: "Make room on the file system of the runtime directory and run the command again",
  },
  {
    pattern: /disk I\/O error|os error 5\)/,
    code: "store-io",
    hint:
      "The file system of the runtime directory is full, or its device fails: df and dmesg tell",
  },
  {
    pattern: /readonly database|Read-only file system|os error 30/,
    code: "store-read-only",
    hint: "Mount the file system of the runtime directory writable, or choose another one with " +
      "--runtime-dir",
  },
  {
    pattern: /Value too large/,
    code: "store-record-large",
    hint:
      "Give shorter or fewer metadata: what is remembered of a program or link has at most 64 KB",
  },
  {
    pattern: /not a database|malformed|corrupt/,
    code: "store-corrupt",
    hint:
      'Run "bpfman repair --rebuild-store": it keeps the damaged file aside, and recovers what ' +
      "the other files, pins and kernel tell",
  },
];

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.cause === undefined ? "" : messagesOf(error.cause)}`;
}

/** The error for a database that cannot be used; an error that says so already stays. */
export function storeError(path: string, cause: unknown): BpfmanError {
  return faultError(`Cannot use the database "${path}"`, cause);
}

/** The error for a file of the state that cannot be written, told like one of the database. */
export function faultError(message: string, cause: unknown): BpfmanError {
  if (cause instanceof BpfmanError && isStoreFailure(cause)) return cause;
  const said = messagesOf(cause);
  const fault = FAULTS.find(({ pattern }) => pattern.test(said)) ?? UNKNOWN;
  return new BpfmanError(message, {
    code: fault.code,
    hint: fault.hint,
    cause,
  });
}

/** True for an error of the store. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof BpfmanError && /^store-/.test(error.code);
}
