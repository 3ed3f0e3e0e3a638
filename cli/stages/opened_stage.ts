/**
 * What opening the stage of a process takes and gives.
 *
 * @module
 */
import type { Machine } from "../context.ts";
import type { StageCalls } from "./calls.ts";
import type { Stage } from "./stage.ts";

/** What is known of this process. */
export interface ProcessFacts {
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
