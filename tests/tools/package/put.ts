/**
 * Installs a plan into a tree. A kill at any moment leaves what the next run finishes, or what
 * `takeAway` takes away: the manifest is there first.
 *
 * @module
 */
import {
  type InstalledFile,
  type Manifest,
  manifestPath,
  manifestText,
  parseManifest,
  unfinished,
  withBoth,
} from "./manifest.ts";
import type { PlannedFile } from "./plan.ts";
import { plannedBytes, plannedDigest, type Tree } from "./tree.ts";

/** What is installed where. */
export interface InstallOptions {
  readonly prefix: string;
  readonly version: string;
}

/** What became of one file. */
export interface FileChange {
  readonly path: string;
  readonly state: "written" | "unchanged" | "kept" | "removed";
}

/** A file with what is known of it before anything is changed. */
interface Judged {
  readonly file: PlannedFile;
  readonly digest: string;
  readonly state: "written" | "unchanged" | "kept";
  /** Digests that the last installation knew; none when it did not write this file. */
  readonly known: readonly string[];
}

/** Reads the manifest of a prefix; undefined when nothing is installed there. */
export async function readManifest(tree: Tree, prefix: string): Promise<Manifest | undefined> {
  const path = manifestPath(prefix);
  const text = await tree.readText(path);
  return text === undefined ? undefined : parseManifest(text, path);
}

async function judge(
  tree: Tree,
  file: PlannedFile,
  known: readonly string[],
): Promise<Judged | string> {
  const { path, kind } = file;
  const digest = await plannedDigest(file);
  if (await tree.find(path) === "nothing") return { file, digest, state: "written", known };
  const present = await tree.digest(path);
  const isOurs = present !== undefined && known.includes(present);
  if (isOurs) return { file, digest, state: present === digest ? "unchanged" : "written", known };
  if (kind === "configuration") return { file, digest, state: "kept", known };
  // of a former installation, and changed since: installing anew is what mends it
  if (known.length > 0) return { file, digest, state: "written", known };
  return path;
}

async function judgeAll(
  tree: Tree,
  files: readonly PlannedFile[],
  before: readonly InstalledFile[],
): Promise<Judged[]> {
  const known = new Map(before.map(({ path, digests }) => [path, digests]));
  const judged: Judged[] = [];
  const foreign: string[] = [];
  for (const file of files) {
    const result = await judge(tree, file, known.get(file.path) ?? []);
    if (typeof result === "string") foreign.push(result);
    else judged.push(result);
  }
  if (foreign.length === 0) return judged;
  throw new Error(
    `Cannot install "${foreign.join('", "')}": something that is not of this installation is there`,
  );
}

/** What the manifest says of a file once all is done; nothing of a configuration of others. */
function afterwards({ file: { path }, digest, state, known }: Judged): InstalledFile[] {
  const digests = state === "kept" ? known : [digest];
  return digests.length === 0 ? [] : [{ path, digests }];
}

async function removeFormer(tree: Tree, former: readonly InstalledFile[]): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const { path, digests } of former) {
    await tree.remove(unfinished(path));
    const present = await tree.digest(path);
    if (present === undefined) continue;
    const isOurs = digests.includes(present);
    if (isOurs) await tree.remove(path);
    changes.push({ path, state: isOurs ? "removed" : "kept" });
  }
  return changes;
}

/**
 * Installs.
 *
 * @throws {Error} Before anything is changed, when a file of somebody else is in the way.
 */
export async function putInto(
  tree: Tree,
  files: readonly PlannedFile[],
  { prefix, version }: InstallOptions,
): Promise<FileChange[]> {
  const before = await readManifest(tree, prefix);
  const judged = await judgeAll(tree, files, before?.files ?? []);
  const manifestAt = manifestPath(prefix);
  const missing = await tree.missingFolders([manifestAt, ...files.map(({ path }) => path)]);
  const own = manifestAt.slice(0, manifestAt.lastIndexOf("/"));
  // its own folder too where a killed run made it
  const folders = [...new Set([...before?.folders ?? [], ...missing, own])].sort();
  const wanted = judged.flatMap(afterwards);
  const writeManifest = async (entries: readonly InstalledFile[]) => {
    const text = manifestText({ format: 1, version, files: entries, folders });
    await tree.write(manifestAt, new TextEncoder().encode(text), 0o644);
  };
  await tree.makeFolder(own);
  await writeManifest(withBoth(before?.files ?? [], wanted));
  for (const folder of missing) await tree.makeFolder(folder);
  for (const { file, state } of judged) {
    if (state === "written") await tree.write(file.path, await plannedBytes(file), file.mode);
  }
  const paths = new Set(files.map(({ path }) => path));
  const former = await removeFormer(
    tree,
    (before?.files ?? []).filter(({ path }) => !paths.has(path)),
  );
  await writeManifest(wanted);
  return [...judged.map(({ file: { path }, state }) => ({ path, state })), ...former];
}
