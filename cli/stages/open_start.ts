/**
 * Opens the stage of the process that the user started.
 *
 * @module
 */
import { calls } from "./calls.ts";
import { launch } from "./launch.ts";
import type { OpenedStage, ProcessFacts } from "./opened_stage.ts";

async function readModules(): Promise<boolean> {
  // named by a value: it names everything else
  const path = "./loader_modules.ts";
  const { readLoaderModules }: typeof import("./loader_modules.ts") = await import(path);
  return await readLoaderModules();
}

/** Opens the stage. */
export function openStage({ args }: ProcessFacts): OpenedStage {
  const launcher = {
    calls,
    args,
    executable: Deno.execPath(),
    mainModule: Deno.mainModule,
    pid: Deno.pid,
    readModules,
  };
  return { stage: { kind: "start", launch: (request) => launch(launcher, request) } };
}
