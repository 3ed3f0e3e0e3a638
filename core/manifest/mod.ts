/**
 * Manifests: text to what is wanted of this machine, and back. Pure functions: nothing is read but
 * what they are handed.
 *
 * @module
 */
export { type ConvertedManifests, convertManifests } from "./convert.ts";
export { expand } from "./expand.ts";
export { exportManifest } from "./export.ts";
export { ManifestError, type ManifestProblem } from "./problems.ts";
export { readManifests } from "./read.ts";
export type {
  ExpandedManifest,
  HostFacts,
  HostInterface,
  Manifest,
  ManifestFile,
  ManifestKind,
} from "./types.ts";
