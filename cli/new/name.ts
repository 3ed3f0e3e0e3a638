/**
 * Kinds and names of projects: what the command line checks before anything else is read.
 *
 * @module
 */

/** Kinds of projects, in the order of help. */
export const PROJECT_KINDS = ["xdp", "tc", "kprobe", "tracepoint"] as const;

/** What a new project's program hooks into. */
export type ProjectKind = typeof PROJECT_KINDS[number];

const NAME = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;

/** Most characters of a name; the kernel shows the first 15 of a program's. */
export const MAX_NAME_LENGTH = 40;

/** True for names that files, C functions and images can be made of. */
export function isProjectName(name: string): boolean {
  return NAME.test(name) && name.length <= MAX_NAME_LENGTH;
}
