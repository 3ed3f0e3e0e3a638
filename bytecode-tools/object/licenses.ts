/**
 * Licences as the kernel sees them.
 *
 * @module
 */

/** Licences that the kernel takes as GPL-compatible (include/linux/license.h). */
const GPL_COMPATIBLE: ReadonlySet<string> = new Set([
  "GPL",
  "GPL v2",
  "GPL and additional rights",
  "Dual BSD/GPL",
  "Dual MIT/GPL",
  "Dual MPL/GPL",
]);

/** True when the kernel lets programs of this licence use GPL-only helpers. */
export function isGplCompatible(license: string): boolean {
  return GPL_COMPATIBLE.has(license);
}
