/**
 * An object in a file, where an image could be named as well.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { ImageIdentity } from "./api.ts";
import { digestOf } from "./digest.ts";
import { imageError } from "./errors.ts";
import { Limit } from "./media_types.ts";

/** Reads an object and says what it is called. */
export async function readFileObject(
  path: string,
): Promise<{ readonly identity: ImageIdentity; readonly object: Uint8Array<ArrayBuffer> }> {
  const object = readLimited(path);
  const objectDigest = await digestOf(object);
  const identity = { name: path, digest: objectDigest, objectDigest, objectSize: object.length };
  return { identity, object };
}

function readLimited(path: string): Uint8Array<ArrayBuffer> {
  try {
    const { size } = Deno.statSync(path);
    if (size > Limit.OBJECT) {
      throw imageError(
        "image-too-large",
        `Cannot read "${path}": it has more than ${Limit.OBJECT} bytes`,
      );
    }
    return Deno.readFileSync(path);
  } catch (cause) {
    if (cause instanceof BpfmanError || cause instanceof Deno.errors.NotCapable) throw cause;
    const isMissing = cause instanceof Deno.errors.NotFound;
    throw new BpfmanError(`Cannot open bytecode ELF "${path}"`, {
      code: isMissing ? "file-not-found" : "file-unreadable",
      kind: isMissing ? ErrorKind.NOT_FOUND : ErrorKind.OTHER,
      cause,
    });
  }
}
