/**
 * The jail: processes that keep exactly what their work needs.
 *
 * @module
 */
export type { CapabilityName } from "./capabilities.ts";
export { isCapabilityName } from "./capabilities.ts";
export { type Confinement, dropForGood, forbidExec, readConfinement } from "./confinement.ts";
export {
  confineFront,
  execJailed,
  execWithoutPrivileges,
  type JailSpec,
  spawnWithoutPrivileges,
} from "./exec.ts";
export { CapabilityMeter, type CapabilityMeterOptions, type CapabilityTime } from "./meter.ts";
export { meterKernel } from "./meter_kernel.ts";
export { openPipe, type ProcessEnd, type ProgramSpec, waitFor } from "./process.ts";
export { SYSTEM_READABLE } from "./system_paths.ts";
