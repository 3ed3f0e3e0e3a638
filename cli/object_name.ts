/**
 * Tells names of images from paths of files.
 *
 * @module
 */

/** `registry/name:tag` and `registry/name@digest`; paths begin otherwise or exist. */
const IMAGE = /^[a-z0-9][a-z0-9.-]*(:\d+)?\/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/;

/** True for the name of a layout. */
function isLayout(name: string): boolean {
  return /^oci(-archive)?:(?!\/\/)/.test(name);
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // whatever else is wrong with it, it is a path
    return true;
  }
}

/** True for a name that means an image and not a file. */
export function isImageName(name: string): boolean {
  return isLayout(name) || IMAGE.test(name) && !isThere(name);
}
