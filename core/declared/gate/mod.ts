/**
 * Gates: new programs are watched for a while, and what they do decides whether they stay.
 *
 * @module
 */
export { parseGate } from "./parse.ts";
export { GATE_CAPABILITIES } from "../needs.ts";
export { type KernelSampler, openGateSampler } from "./sampler.ts";
export type * from "./types.ts";
export { SYSTEM_CLOCK, watchGate } from "./watch.ts";
