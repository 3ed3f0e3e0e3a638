/**
 * The words of the domain as plain data: programs, links, requests.
 *
 * @module
 */
export * from "./types/words.ts";
export type * from "./types/dispatcher.ts";
export type * from "./types/link.ts";
export type * from "./types/program.ts";
export type * from "./types/requests.ts";
export type * from "./types/places.ts";
export type * from "./types/status.ts";
export type * from "./types/targets.ts";
export type { SourceFacts } from "./policy/types.ts";
export type { DeclaredBy } from "./declared/types.ts";
export type { Admission, RefusedLoad } from "./admission/types.ts";
export type { Decision } from "./policy/types.ts";
export type { CapabilityName } from "./privileges/types.ts";
export type * from "./declared/effect_types.ts";
export type * from "./declared/gate/types.ts";
export type * from "./declared/request.ts";
export type * from "./declared/types.ts";
