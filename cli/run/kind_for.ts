/**
 * The kind of place that a program of a type is attached to.
 *
 * @module
 */
import type { AttachTarget, ProgramType } from "../../core/types.ts";

/** The kind of place that a program of a type is attached to. */
export function kindFor(type: ProgramType): AttachTarget["kind"] {
  if (type === "kretprobe") return "kprobe";
  return type === "uretprobe" ? "uprobe" : type;
}
