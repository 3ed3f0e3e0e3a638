/**
 * Tells names of images from paths of files.
 *
 * @module
 */

const REPOSITORY = "[a-z0-9]+(?:[._/-]+[a-z0-9]+)*";
const END = "(?::[\\w.-]+)?(?:@sha\\d+:[0-9a-f]+)?";
/** `NAME/NAME:TAG` and `NAME/NAME@DIGEST`, of whatever registry. */
const ENDED = new RegExp(`^[a-z0-9][\\w.-]*(?::\\d+)?/${REPOSITORY}(?=[:@])${END}$`);
/** `HOST/NAME` without an end, where the host cannot be taken for a folder. */
const HOSTED = new RegExp(
  `^(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:\\d))(?::\\d+)?/${REPOSITORY}$`,
);
/** Ends of files that commands on objects are given. */
const FILE_END = /\.(o|elf|btf|ko)$/;

/** True for the name of a layout. */
export function isLayoutName(name: string): boolean {
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

/** True for what can be the name of an image in a registry, and is not that of an object file. */
function isReference(name: string): boolean {
  return ENDED.test(name) || HOSTED.test(name) && !FILE_END.test(name);
}

/**
 * True for a name that means an image and not a file. Paths from the root or from a folder (`/`,
 * `./`, `../`), ends such as `.o`, and whatever exists are files.
 */
export function isImageName(name: string): boolean {
  return isLayoutName(name) || isReference(name) && !isThere(name);
}
