/**
 * The environment of the process that launches.
 *
 * @module
 */
import type { StageCalls } from "./calls.ts";
import { type Environment, keptEnvironment, parseEnvironment } from "./environment.ts";

/** All variables; those that a narrow permission hides from Deno as well. */
export function ownEnvironment(
  calls: Pick<StageCalls, "openKernel">,
  env: (name: string) => string | undefined,
): Environment {
  try {
    return parseEnvironment(calls.openKernel().files.readText("/proc/self/environ"));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "SyscallError") throw error;
    return keptEnvironment(env);
  }
}
