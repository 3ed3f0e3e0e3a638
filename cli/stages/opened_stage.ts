/**
 * What opening the stage of a process takes and gives.
 *
 * @module
 */
import type { Kernel } from "../../ffi/kernel.ts";
import type { Machine } from "../context.ts";
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
  readonly kernel?: () => Promise<Kernel>;
  readonly machine?: () => Promise<Machine>;
}
