/**
 * Reads what may not be there, or not be shown.
 *
 * @module
 */
import type { KernelFiles } from "../../../ffi/mod.ts";

/** Files below /proc and /sys. */
export type ShownFiles = Pick<KernelFiles, "readBytes" | "readText" | "list" | "exists">;

/** A text, null when it cannot be read. */
export function textOrNull(files: ShownFiles, path: string): string | null {
  try {
    return files.exists(path) ? files.readText(path) : null;
  } catch {
    // without the privilege the fact stays unknown
    return null;
  }
}

/** A number in a file of its own, null when it cannot be read. */
export function numberOrNull(files: ShownFiles, path: string): number | null {
  const text = textOrNull(files, path)?.trim() ?? "";
  return /^-?\d+$/.test(text) ? Number(text) : null;
}

/** Names in a directory; none when it may not be read. */
export function namesOrNone(files: ShownFiles, path: string): string[] {
  try {
    return files.list(path);
  } catch {
    // without the privilege it is as good as empty
    return [];
  }
}
