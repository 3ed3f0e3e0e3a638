/**
 * The error of a jail that cannot be made.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";

/** The error for a process that cannot be confined. */
export function jailFailed(cause: unknown): BpfmanError {
  return new BpfmanError("Cannot confine the process that loads", {
    code: "jail-failed",
    hint: "Landlock, seccomp or no_new_privs are refused here: a container may forbid them",
    cause,
  });
}
