/**
 * What an installation wrote, so that it can be taken away again and nothing else with it.
 *
 * @module
 */

/** One file of an installation. */
export interface InstalledFile {
  /** Path on the machine, without the root that it was installed below. */
  readonly path: string;
  /** SHA-256 of what it held; two while one is being replaced. */
  readonly digests: readonly string[];
}

/** The manifest. */
export interface Manifest {
  readonly format: 1;
  readonly version: string;
  readonly files: readonly InstalledFile[];
  /** Folders that were not there before. */
  readonly folders: readonly string[];
}

/** Where the manifest of a prefix is. */
export function manifestPath(prefix: string): string {
  return `${prefix}/share/bpfman/installed.json`;
}

/** Name of a file before it is whole. One name only, so that no kill leaves a second behind. */
export function unfinished(path: string): string {
  return `${path}.bpfman-new`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isFile(value: unknown): value is InstalledFile {
  if (typeof value !== "object" || value === null) return false;
  const { path, digests } = value as { path?: unknown; digests?: unknown };
  return typeof path === "string" && path.startsWith("/") && isTexts(digests);
}

/**
 * Reads a manifest.
 *
 * @throws {TypeError} When it is none of ours.
 */
export function parseManifest(text: string, path: string): Manifest {
  let value: Partial<Manifest> | null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`Cannot read "${path}": it is no JSON`, { cause });
  }
  const { format, version, files, folders } = value ?? {};
  if (format !== 1) {
    throw new TypeError(`Cannot read "${path}": it has format ${format} and must have format 1`);
  }
  const isWhole = typeof version === "string" && Array.isArray(files) && files.every(isFile) &&
    isTexts(folders);
  if (!isWhole) throw new TypeError(`Cannot read "${path}": it is not whole`);
  return { format, version, files, folders };
}

/** The text of a manifest. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Two lists of files as one: what either knows, with the digests of both. */
export function withBoth(
  before: readonly InstalledFile[],
  after: readonly InstalledFile[],
): InstalledFile[] {
  const digests = new Map<string, Set<string>>();
  for (const file of [...before, ...after]) {
    const known = digests.get(file.path) ?? new Set();
    file.digests.forEach((digest) => known.add(digest));
    digests.set(file.path, known);
  }
  return [...digests].map(([path, all]) => ({ path, digests: [...all] }))
    .sort((a, b) => a.path < b.path ? -1 : 1);
}
