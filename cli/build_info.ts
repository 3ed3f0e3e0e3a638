/**
 * How this tool was built. A build takes this module out and puts its own answer in.
 *
 * @module
 */

/**
 * `source`: Deno runs these files. `single-file`: one file of the official runtime and a bundle.
 * `deno-compile`: one file made by `deno compile`. `npm`: Deno runs one text in a package of npm.
 */
export type Builder = "source" | "single-file" | "deno-compile" | "npm";

/** Who built this tool. */
export const BUILDER = "source" as Builder;
