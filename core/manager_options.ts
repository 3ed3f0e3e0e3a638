/**
 * What a manager is opened with.
 *
 * @module
 */
import type { Kernel } from "../ffi/mod.ts";

import type { EngineChoice, MapAccess } from "./types.ts";
import type { WaitListener } from "./waiting.ts";

/** Arguments of `openManager()`. */
export interface ManagerOptions {
  /** The kernel to work on. */
  readonly kernel: Kernel;
  /** Absolute path. @default "/run/bpfman" */
  readonly runtimeDirectory?: string;
  /** How long a change waits for another process, milliseconds; 0 waits for ever. @default 30000 */
  readonly lockTimeoutMs?: number;
  /** Who may use pinned maps besides root. @default nobody */
  readonly mapAccess?: MapAccess;
  /** Engine of a hook that has none yet, where an attach names none. @default "auto" */
  readonly engine?: EngineChoice;
  /** What this process does, in words for those who wait for its lock. @default "change" */
  readonly verb?: string;
  /** Is told again and again what a change waits for, and null when that is over. */
  readonly onWait?: WaitListener;
  /** The clock. @default the machine's */
  readonly now?: () => Date;
}
