/**
 * What a refusal was about, for the audit log.
 *
 * @module
 */
import { PolicyError } from "../core/admission/refusal.ts";
import type { Admission, RefusedLoad } from "../core/admission/types.ts";

/**
 * Source, object, signer and rule of an error.
 *
 * @param error What was thrown.
 * @param admission What had been decided before. @default nothing
 * @returns Null when nothing is known.
 */
export function refusedOf(error: unknown, admission?: Admission): RefusedLoad | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof PolicyError) return at.refused;
  }
  if (admission === undefined) return null;
  const { source, objectDigest, signer, decision } = admission;
  return { source, objectDigest, signer, decision };
}
