/**
 * Licences as the kernel sees them.
 *
 * @module
 */
import { sectionBytes, sectionNamed } from "../elf/gate.ts";
import type { GatedObject } from "./gate.ts";

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

/** The licence that an object states; empty when it states none. */
export function licenseOf(object: Pick<GatedObject, "file">): string {
  const section = sectionNamed(object.file, "license");
  if (section === undefined) return "";
  const bytes = sectionBytes(object.file, section);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
