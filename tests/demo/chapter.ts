/**
 * One part of the demo: one file in `chapters/`, listed in `chapters/mod.ts`.
 *
 * @module
 */
import type { Stage } from "./stage.ts";

/** One part of the demo. */
export interface Chapter {
  readonly title: string;
  /** Why this machine cannot show it; undefined when it can. */
  skipReason?(): string | undefined;
  /** Shows it; throws when something is not as it must be. */
  run(stage: Stage): Promise<void>;
}
