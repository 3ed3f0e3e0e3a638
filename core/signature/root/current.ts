/**
 * The trusted root that holds when none is named: that of the last update when it is newer than the one
 * in the tool, or another instance's. Reads files only; nothing here knows of a network.
 *
 * @module
 */
import { readRoot } from "../trust.ts";
import type { TrustedRoot } from "../trusted_root.ts";
import { PUBLIC_GOOD_MIRROR } from "./public_good_tuf_root.ts";
import { readStoredRoot, rootPath } from "./stored.ts";

/** The root that holds. */
export interface CurrentRoot {
  readonly root: TrustedRoot;
  /** Content of `trusted_root.json`. */
  readonly text: string;
  /** Whether it is a part of the tool, or came by an update. */
  readonly origin: "embedded" | "update";
  /** The day from which its age counts. */
  readonly date: Date;
  /** Where it came from; null when that is not known any more. */
  readonly mirror: string | null;
  /** Its file; null for the one in the tool. */
  readonly path: string | null;
}

/** Age after which a root should be replaced, days: half a year. */
export const OLD_DAYS = 183;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The root that holds.
 *
 * @param directory Where updates are kept; without it, the one in the tool holds.
 * @throws {BpfmanError} `trusted-root-invalid` when the stored one is damaged: a root that was brought
 * to replace another must not be passed over in silence.
 */
export async function currentRoot(directory?: string): Promise<CurrentRoot> {
  const { PUBLIC_GOOD_ROOT, PUBLIC_GOOD_ROOT_DATE } = await import("../public_good_root.ts");
  const date = new Date(PUBLIC_GOOD_ROOT_DATE);
  const stored = directory === undefined ? undefined : readStoredRoot(directory);
  const isOwn = stored?.mirror === PUBLIC_GOOD_MIRROR || stored?.mirror === null;
  if (directory === undefined || stored === undefined || isOwn && stored.updatedAt < date) {
    const root = await readRoot();
    const mirror = PUBLIC_GOOD_MIRROR;
    return { root, text: PUBLIC_GOOD_ROOT, origin: "embedded", date, mirror, path: null };
  }
  const { text, updatedAt, mirror } = stored;
  const path = rootPath(directory);
  return {
    root: await readRoot(text, path),
    text,
    origin: "update",
    date: updatedAt,
    mirror,
    path,
  };
}

/** Whole days since the root was new. */
export function ageInDays({ date }: Pick<CurrentRoot, "date">, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - date.getTime()) / DAY_MS));
}

/** What to tell of an old root; undefined when it is young. */
export function ageWarning(
  current: Pick<CurrentRoot, "date" | "origin">,
  now: Date,
): string | undefined {
  const days = ageInDays(current, now);
  if (days <= OLD_DAYS) return undefined;
  const which = current.origin === "embedded" ? "built into this version" : "of the last update";
  return `the trusted root ${which} is ${days} days old; logs and authorities may have changed ` +
    'since: bring a new one with "bpfman trust update"';
}
