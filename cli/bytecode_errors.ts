/**
 * Refusals of the bytecode tools as failures of commands.
 *
 * @module
 */
import { BytecodeError } from "../bytecode-tools/errors.ts";
import { InspectError } from "../bytecode-tools/inspector/inspect_error.ts";
import { afterColon, BpfmanError } from "../core/errors.ts";

/**
 * Does something with a file; what the tools refuse becomes an error that names the file.
 *
 * @param action Such as `Cannot inspect`.
 */
export function withRefusals<T>(action: string, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BytecodeError) {
      const isObject = error.code !== "bad-value";
      throw new BpfmanError(`${action} "${name}": ${afterColon(error.message)}`, {
        code: `object-${error.code}`,
        ...(isObject ? { hint: `See: bpfman validate ${name}` } : {}),
      });
    }
    if (!(error instanceof InspectError)) throw error;
    throw new BpfmanError(`${action} "${name}": ${afterColon(error.message)}`, {
      code: `object-${error.code}`,
      ...(error.log === "" ? {} : { log: error.log }),
    });
  }
}
