/**
 * Opens the stage of the process with privileges, in the jail.
 *
 * @module
 */
import { calls } from "./calls.ts";
import { Loader } from "./loader.ts";
import type { OpenedStage, ProcessFacts } from "./opened_stage.ts";

/** Opens the stage. */
export function openStage({ args, env }: ProcessFacts): OpenedStage {
  const loader = new Loader({ calls, args, env });
  return { stage: loader, kernel: () => Promise.resolve(loader.openKernel()) };
}
