/**
 * What JSR says of a package: versions, exports, and every file with its digest.
 *
 * @module
 */
import { createHash } from "node:crypto";
import config from "../../deno.json" with { type: "json" };
import { readSources } from "../tools/compile/bundle.ts";

/** Where the files of the package are, from the root of the registry. */
export const JSR_PREFIX = `${config.name}/${config.version}/`;

/** A file as the manifest of a version names it. */
interface ManifestEntry {
  readonly size: number;
  readonly checksum: string;
}

function manifestEntry(text: string): ManifestEntry {
  const bytes = new TextEncoder().encode(text);
  const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
  return { size: bytes.length, checksum };
}

/**
 * Answers for a document about the package; undefined for any other path.
 *
 * @param path Path from the root of the registry.
 * @param read Reads a file as it is published.
 */
export async function jsrDocument(
  path: string,
  read: (name: string) => Promise<string>,
): Promise<unknown> {
  const { name, version, exports } = config;
  if (path === `${name}/meta.json`) {
    const [scope = "", word] = name.slice(1).split("/");
    return { scope, name: word, latest: version, versions: { [version]: {} } };
  }
  if (path !== `${name}/${version}_meta.json`) return undefined;
  const names = ["mod.ts", "deno.json", ...readSources().map((file) => file.path)];
  const entries = names.map(async (one) => [`/${one}`, manifestEntry(await read(one))] as const);
  return { manifest: Object.fromEntries(await Promise.all(entries)), exports };
}
