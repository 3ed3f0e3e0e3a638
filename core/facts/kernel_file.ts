/**
 * A file that facts of a kernel are taken from.
 *
 * @module
 */

/** A file to take facts from. */
export interface KernelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Name for the profile. @default the release, else the file's name */
  readonly name?: string;
}
