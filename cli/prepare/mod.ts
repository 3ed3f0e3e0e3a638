/**
 * Prepares what is to be loaded: everything that needs no privilege.
 *
 * @module
 */
export { prepareFile } from "./file.ts";
export { prepareImage } from "./image.ts";
export { type PreparedRun, prepareReplace, prepareRun } from "./object.ts";
