/**
 * Takes an installation out of a tree again: what it wrote, and nothing else.
 *
 * @module
 */
import { manifestPath, unfinished } from "./manifest.ts";
import { type FileChange, readManifest } from "./put.ts";
import type { Tree } from "./tree.ts";

/** How it is taken away. */
export interface TakeAwayOptions {
  readonly prefix: string;
  /** Also takes away what was changed since it was installed. @default false */
  readonly isPurge?: boolean;
}

/** Where `systemctl enable` makes its links. */
const ENABLED_FOLDER = "/etc/systemd/system";

async function removeLinks(tree: Tree, units: ReadonlySet<string>): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const { name, isDirectory } of await tree.entries(ENABLED_FOLDER)) {
    if (!isDirectory || !name.endsWith(".wants")) continue;
    for (const { path, target } of await tree.links(`${ENABLED_FOLDER}/${name}`)) {
      if (!units.has(target)) continue;
      await tree.remove(path);
      changes.push({ path, state: "removed" });
    }
  }
  return changes;
}

/** What an installation has that nobody else may: its own folder. */
function ownFolder(prefix: string): string {
  return manifestPath(prefix).replace(/\/[^/]+$/, "");
}

async function removeFolders(tree: Tree, folders: readonly string[]): Promise<void> {
  // innermost first
  for (const folder of [...folders].sort().reverse()) await tree.removeEmpty(folder);
}

/** Takes away; an empty list says that nothing was installed. */
export async function takeAway(
  tree: Tree,
  { prefix, isPurge = false }: TakeAwayOptions,
): Promise<FileChange[]> {
  const manifestAt = manifestPath(prefix);
  const manifest = await readManifest(tree, prefix);
  const folders = [...manifest?.folders ?? [], ownFolder(prefix)];
  const changes: FileChange[] = await removeLinks(
    tree,
    new Set(manifest?.files.map(({ path }) => path)),
  );
  for (const { path, digests } of manifest?.files ?? []) {
    await tree.remove(unfinished(path));
    if (await tree.find(path) === "nothing") continue;
    const isOurs = isPurge || digests.includes(await tree.digest(path) ?? "");
    if (isOurs) await tree.remove(path);
    changes.push({ path, state: isOurs ? "removed" : "kept" });
  }
  await removeFolders(tree, folders);
  await tree.remove(unfinished(manifestAt));
  // last of all: until then another run finds what is left
  if (manifest !== undefined) await tree.remove(manifestAt);
  await removeFolders(tree, folders);
  return changes;
}
