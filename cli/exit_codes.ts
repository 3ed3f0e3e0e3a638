/**
 * Exit codes: a contract with scripts.
 *
 * @module
 */
import { ErrorKind } from "../core/errors.ts";

/** Exit code of success. */
export const EXIT_DONE = 0;

/** Exit code when what is remembered and what there is disagree. */
export const EXIT_DRIFT = 8;

/** Exit code when `doctor` found a problem. */
export const EXIT_PROBLEM = 9;

/** Exit code of each family of failures. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  [ErrorKind.OTHER]: 1,
  [ErrorKind.USAGE]: 2,
  [ErrorKind.NOT_FOUND]: 3,
  [ErrorKind.POLICY]: 4,
  [ErrorKind.KERNEL]: 5,
  [ErrorKind.LOCK_TIMEOUT]: 6,
  [ErrorKind.NETWORK]: 7,
};

/** What each exit code means, for the documentation. */
export const EXIT_CODE_MEANINGS: Readonly<Record<number, string>> = {
  0: "Done",
  1: "Any other failure",
  2: "Wrong usage: unknown command or option, wrong or missing value",
  3: "Not found: program, link, file, interface, function, tracepoint",
  4: "Refused by policy or signature; the audit log does not hold",
  5: "Refused by the kernel",
  6: "Waited too long for the lock",
  7: "Registry or network",
  8: "Drift: `status` found a difference, or `repair` left one",
  9: "`doctor` found a problem",
  130: "Interrupted (SIGINT)",
  143: "Ended (SIGTERM)",
};

/** Exit codes after signals, as shells count them: 128 and the number of the signal. */
export const SIGNAL_EXIT_CODES: Readonly<Record<"SIGINT" | "SIGTERM", number>> = {
  SIGINT: 130,
  SIGTERM: 143,
};
