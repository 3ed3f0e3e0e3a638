/**
 * Opens the stage of the process that the user started.
 *
 * @module
 */
import { stageModule } from "./arguments.ts";
import { calls } from "./calls.ts";
import { checkCaller } from "./caller.ts";
import { launch } from "./launch.ts";
import type { OpenedStage, ProcessFacts } from "./opened_stage.ts";

async function readModules(): Promise<boolean> {
  // named by a value: it names everything else
  const path = "./loader_modules.ts";
  const { readLoaderModules }: typeof import("./loader_modules.ts") = await import(path);
  return await readLoaderModules();
}

/** Opens the stage. */
export function openStage({ args, env }: ProcessFacts): OpenedStage {
  const launcher = {
    calls,
    args,
    executable: Deno.execPath(),
    mainModule: stageModule(),
    pid: Deno.pid,
    env,
    readModules,
  };
  return {
    stage: {
      kind: "start",
      checkCaller: (input) => {
        const { permitted } = calls.readConfinement();
        checkCaller({ uid: calls.openKernel().host.uid, permitted, env }, input);
      },
      launch: (request) => launch(launcher, request),
    },
  };
}
