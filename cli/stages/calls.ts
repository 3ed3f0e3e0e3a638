/**
 * What the stages ask of C. With `main.ts` and `kernel.ts` the only file of `cli/` that knows `ffi/`.
 *
 * @module
 */
import { openFile } from "../../ffi/kernel_files.ts";
import { holdText } from "../../ffi/memory_file.ts";
import { openKernel } from "../../ffi/mod.ts";
import {
  CapabilityMeter,
  confineFront,
  type Confinement,
  execJailed,
  forbidExec,
  type JailSpec,
  meterKernel,
  openPipe,
  type ProcessEnd,
  type ProgramSpec,
  readConfinement,
  spawnWithoutPrivileges,
  SYSTEM_READABLE,
} from "../../ffi/jail/mod.ts";
import { endProcess, pollEnd } from "../../ffi/jail/process.ts";
import { leavePathlessDirectory, setFileMask, setNoNewPrivileges } from "../../ffi/jail/thread.ts";

export type { Confinement, JailSpec, ProcessEnd, ProgramSpec };

/** What the stages ask of C. */
export const calls = {
  CapabilityMeter,
  confineFront,
  endProcess,
  execJailed,
  forbidExec,
  holdText,
  leavePathlessDirectory,
  meterKernel,
  openFile,
  openKernel,
  openPipe,
  pollEnd,
  readConfinement,
  setFileMask,
  setNoNewPrivileges,
  spawnWithoutPrivileges,
  systemReadable: SYSTEM_READABLE,
} as const;

/** What the stages ask of C; tests hand in their own. */
export type StageCalls = typeof calls;
