/**
 * Names of images as scopes mean them.
 *
 * @module
 */
import type { Images } from "../image/api.ts";

/** The name and path with links resolved, so that scopes of paths mean what they say. */
export function canonicalName(images: Pick<Images, "locate">, name: string): string {
  const location = images.locate(name);
  if (location.kind === "registry") return name;
  try {
    const path = Deno.realPathSync(location.path);
    const { kind, tag, digest } = location;
    const end = digest === undefined ? tag === undefined ? "" : `:${tag}` : `@${digest}`;
    return `${kind}:${path}${end}`;
  } catch (error) {
    // reading it will say what is wrong
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return name;
    }
    throw error;
  }
}
