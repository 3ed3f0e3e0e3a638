/**
 * Opens the stage of the process without privilege, which may not call C.
 *
 * @module
 */
import type { Machine } from "../context.ts";
import { LOADER_VARIABLE, OBJECT_VARIABLE } from "./environment.ts";
import { Front } from "./front.ts";
import type { OpenedStage, ProcessFacts } from "./opened_stage.ts";

const WATCH_MS = 250;

/** Ends this process when the one that waits for it has gone. */
function endWithLoader({ env, end }: ProcessFacts): void {
  const loader = Number(env(LOADER_VARIABLE));
  const timer = setInterval(() => {
    if (Deno.ppid !== loader) end(1);
  }, WATCH_MS);
  Deno.unrefTimer(timer);
}

function noFiles(): never {
  throw new TypeError("Cannot read files of the kernel without C");
}

/** Facts of the machine that can be had without C. */
const MACHINE: Machine = {
  files: { readBytes: noFiles, readText: noFiles, list: noFiles, exists: noFiles },
  host: {
    get release() {
      return Deno.osRelease();
    },
    libraries: noFiles,
  },
};

/** Opens the stage. */
export function openStage(facts: ProcessFacts): OpenedStage {
  endWithLoader(facts);
  return {
    stage: new Front({
      args: facts.args,
      objectPath: facts.env(OBJECT_VARIABLE),
      now: () => performance.now(),
    }),
    machine: () => Promise.resolve(MACHINE),
  };
}
