/**
 * Opens the stage of a process that may call C: the one that the user started, or the loader.
 *
 * @module
 */
import type { Machine } from "../context.ts";
import { calls, type StageCalls } from "./calls.ts";
import { checkCaller } from "./caller.ts";
import { launch } from "./launch.ts";
import { Loader } from "./loader.ts";
import type { Stage } from "./stage.ts";

/** What is known of this process. */
export interface ProcessFacts {
  /** The stage that the process was started as, undefined when it is nobody's. */
  readonly stage: string | undefined;
  readonly args: readonly string[];
  env(name: string): string | undefined;
  /** Ends the process. */
  end(code: number): never;
}

/** A stage, with the kernel as it is seen from there. */
export interface OpenedStage {
  readonly stage: Stage;
  readonly kernel?: () => Promise<ReturnType<StageCalls["openKernel"]>>;
  readonly machine?: () => Promise<Machine>;
}

async function readModules(): Promise<void> {
  // named by a value: it names everything else
  const path = "./loader_modules.ts";
  const { readLoaderModules }: typeof import("./loader_modules.ts") = await import(path);
  await readLoaderModules();
}

/** Opens the stage that the environment names. */
export function openStage({ stage, args, env }: ProcessFacts): OpenedStage {
  if (stage === "loader") {
    const loader = new Loader({ calls, args, env });
    return { stage: loader, kernel: () => Promise.resolve(loader.openKernel()) };
  }
  const launcher = {
    calls,
    args,
    executable: Deno.execPath(),
    mainModule: Deno.mainModule,
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
