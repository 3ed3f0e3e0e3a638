/**
 * Whether the two processes can read what they need. Root's processes without capabilities are a user
 * like any other: a home that is closed to others is closed to them.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";

/** A file or folder with who may do what. */
export interface PathFacts {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly isDirectory: boolean;
}

/** Something that a process reads. */
export interface NeededPath {
  readonly path: string;
  /** What it is, for people. */
  readonly what: string;
}

const READ = 4;
const SEARCH = 1;

/** Bits of a mode that count for user 0 and group 0 without capabilities. */
function bitsForRoot({ uid, gid, mode }: PathFacts): number {
  const shift = uid === 0 ? 6 : gid === 0 ? 3 : 0;
  return (mode >> shift) & 7;
}

/**
 * The first part of a way that is closed to root without capabilities.
 *
 * @param way Every folder from the top on, and the file or folder itself at the end.
 * @returns Undefined when all are open.
 */
export function closedPart(way: readonly PathFacts[]): PathFacts | undefined {
  return way.find((part, at) => {
    const isLast = at === way.length - 1;
    const wanted = (part.isDirectory ? SEARCH : 0) | (isLast ? READ : 0);
    return (bitsForRoot(part) & wanted) !== wanted;
  });
}

/** The paths from the top to this one. */
export function partsOf(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "");
  return ["/", ...names.map((_, at) => `/${names.slice(0, at + 1).join("/")}`)];
}

/** Looks a way up; empty where it is not there, or nobody may look: whoever reads it tells. */
function lookUp(path: string): PathFacts[] {
  try {
    return partsOf(Deno.realPathSync(path)).map((part) => {
      const { uid, gid, mode, isDirectory } = Deno.statSync(part);
      return { path: part, uid: uid ?? 0, gid: gid ?? 0, mode: mode ?? 0o777, isDirectory };
    });
  } catch {
    return [];
  }
}

/** The error for a part of a way that is closed. */
function closedError({ path, what }: NeededPath, part: PathFacts): BpfmanError {
  const mode = (part.mode & 0o7777).toString(8);
  return new BpfmanError(
    `Cannot read ${what} "${path}" without privileges: "${part.path}" is closed to root's ` +
      `processes that have no capability (user ${part.uid}, mode ${mode})`,
    {
      code: "path-closed",
      hint: "Put it where others may read, such as below /opt or /etc/bpfman, or open that: " +
        `chmod o+${part.isDirectory ? "rx" : "r"} ${part.path}`,
    },
  );
}

/**
 * Makes sure that root's processes without capabilities can read something.
 *
 * @param needed What they read.
 * @throws {BpfmanError} `path-closed`.
 */
export function checkReach(needed: readonly NeededPath[]): void {
  // a process with narrow permissions does not ask for more; Deno tells then what it could not read
  if (Deno.permissions.querySync({ name: "read", path: "/" }).state !== "granted") return;
  for (const one of needed) {
    const part = closedPart(lookUp(one.path));
    if (part !== undefined) throw closedError(one, part);
  }
}
