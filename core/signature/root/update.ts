/**
 * Brings a new trusted root out of a TUF repository, which says by signatures what is the newest. An
 * update works on a copy of what is known and takes its place only when all of it was good.
 *
 * @module
 */
import { BpfmanError, ErrorKind, usageError } from "../../errors.ts";
import { acquireLock } from "../../store/lock.ts";
import { readRoot } from "../trust.ts";
import { PUBLIC_GOOD_MIRROR, PUBLIC_GOOD_TUF_ROOT } from "./public_good_tuf_root.ts";
import { readStoredRoot, type StoredRoot, writeStoredRoot } from "./stored.ts";

/** Arguments of {@link updateRoot}. */
export interface RootUpdate {
  /** Where updates are kept. */
  readonly directory: string;
  /** Address of the TUF repository. @default sigstore's public-good instance */
  readonly mirror?: string;
  /** Content of the TUF repository's `root.json` to begin with. @default what is known of it */
  readonly tufRoot?: string;
  /** The time that is remembered. */
  readonly now: Date;
}

/** What an update did. */
export interface UpdatedRoot extends StoredRoot {
  /** False when the root is the same as before. */
  readonly isChanged: boolean;
}

const LOCK_TIMEOUT_MS = 30_000;
const TARGET = "trusted_root.json";
/** What is known of a repository: the versions that must not go back. */
const KNOWN = ["root.json", "timestamp.json", "snapshot.json", "targets.json"];

function readMirror(mirror: string): string {
  const url = URL.canParse(mirror) ? new URL(mirror) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return mirror.replace(/\/+$/, "");
  throw usageError(`Cannot use the mirror "${mirror}": it is no address that begins with https://`);
}

/** Puts what is known of the repository into the folder of the update. */
function seed(folder: string, { directory, tufRoot }: RootUpdate, mirror: string): void {
  if (tufRoot !== undefined) return Deno.writeTextFileSync(`${folder}/root.json`, tufRoot);
  if (readStoredRoot(directory)?.mirror === mirror && copyKnown(directory, folder)) return;
  if (mirror !== PUBLIC_GOOD_MIRROR) {
    throw usageError(
      `Cannot trust what "${mirror}" says: nothing is known of it`,
      "Give its root.json with --root FILE, from somebody who is trusted",
    );
  }
  Deno.writeTextFileSync(`${folder}/root.json`, PUBLIC_GOOD_TUF_ROOT);
}

function copyKnown(directory: string, folder: string): boolean {
  for (const name of KNOWN) {
    try {
      Deno.writeFileSync(`${folder}/${name}`, Deno.readFileSync(`${directory}/tuf/${name}`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      if (name === "root.json") return false;
    }
  }
  return true;
}

/** The target out of the repository, checked by TUF. */
async function fetchTarget(folder: string, mirror: string): Promise<string> {
  // only updates need these
  const { BoundedFetcher, Updater } = await import("./fetcher.ts");
  const fetcher = new BoundedFetcher(folder);
  try {
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: mirror,
      targetDir: folder,
      targetBaseUrl: `${mirror}/targets`,
      fetcher,
    });
    const info = await updater.getTargetInfo(TARGET);
    if (info === undefined) throw new Error(`Cannot find "${TARGET}" among its targets`);
    return Deno.readTextFileSync(await updater.downloadTarget(info, `${folder}/${TARGET}`));
  } catch (cause) {
    throw updateError(mirror, fetcher.failure, cause);
  }
}

function updateError(mirror: string, failure: string | undefined, cause: unknown): BpfmanError {
  if (failure !== undefined) {
    return new BpfmanError(`Cannot update the trusted root from "${mirror}": ${failure}`, {
      code: "trust-unreachable",
      kind: ErrorKind.NETWORK,
      hint: "The root that was known before still holds, and verification needs no network",
    });
  }
  const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ");
  return new BpfmanError(`Cannot trust what "${mirror}" says: ${why}`, {
    code: "trust-refused",
    kind: ErrorKind.POLICY,
    hint: "The root that was known before still holds. Whoever serves the mirror has changed, " +
      "held back or forgotten to renew it",
    cause,
  });
}

function makeDirectory(directory: string): void {
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o755 });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new BpfmanError(`Cannot keep a trusted root in "${directory}": it is not writable`, {
      code: "trust-unwritable",
      hint: "Choose another place with --data-dir, or run it as who may write there",
      cause,
    });
  }
}

/** Puts what was learnt in the place of what was known. */
function keepKnown(directory: string, folder: string): void {
  const old = `${folder}/old`;
  try {
    Deno.renameSync(`${directory}/tuf`, old);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.mkdirSync(`${directory}/tuf`, { mode: 0o755 });
  for (const name of KNOWN) Deno.renameSync(`${folder}/${name}`, `${directory}/tuf/${name}`);
}

/**
 * Brings a new trusted root.
 *
 * @param update Where from, and where to.
 * @throws {BpfmanError} `trust-unreachable` or `trust-refused`; then nothing has changed.
 */
export async function updateRoot(update: RootUpdate): Promise<UpdatedRoot> {
  const { directory, now } = update;
  const mirror = readMirror(update.mirror ?? PUBLIC_GOOD_MIRROR);
  makeDirectory(directory);
  using _lock = await acquireLock(`${directory}/.lock`, LOCK_TIMEOUT_MS);
  const folder = `${directory}/.update-${crypto.randomUUID()}`;
  Deno.mkdirSync(folder, { mode: 0o700 });
  try {
    seed(folder, update, mirror);
    const text = await fetchTarget(folder, mirror);
    await readRoot(text, `${mirror}/targets/${TARGET}`);
    const before = readStoredRoot(directory);
    const stored = { text, updatedAt: now, mirror };
    // a kill in between leaves the new root with the older versions, which allow another update
    writeStoredRoot(directory, stored);
    keepKnown(directory, folder);
    return { ...stored, isChanged: before?.text !== text };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
