/**
 * Who asks: the user of this process, and whoever became root by sudo or pkexec. Read from files, as
 * nothing here may need the C library.
 *
 * @module
 */
import type { Requester } from "../../core/policy/types.ts";

/** Rows of /etc/passwd and /etc/group. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

function rows(text: string): string[][] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

/** Ids and names of the groups that the files say a user is in. */
function groupsOf(user: string | null, gid: number | null, { group }: UserFiles) {
  const mine = rows(group).filter(([, , id, members = ""]) =>
    Number(id) === gid || user !== null && members.split(",").includes(user)
  );
  const listed = mine.flatMap(([name = "", , id]) => [Number(id), name]);
  return gid === null || listed.includes(gid) ? listed : [gid, ...listed];
}

/**
 * What policies know of a user.
 *
 * @param uid Id of the user.
 * @param files Users and groups.
 * @param gid Group of the process. @default that of the user
 */
export function requesterOf(uid: number, files: UserFiles, gid?: number | null): Requester {
  const row = rows(files.passwd).find(([, , id]) => id !== "" && Number(id) === uid);
  const user = row?.[0] ?? null;
  const own = row?.[3] === undefined ? null : Number(row[3]);
  const both = [...groupsOf(user, own, files), ...groupsOf(null, gid ?? own, files)];
  return { uid, user, groups: [...new Set(both)], serviceAccount: null };
}

function readFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Users and groups of this machine. */
export function readUserFiles(): UserFiles {
  return { passwd: readFile("/etc/passwd"), group: readFile("/etc/group") };
}

/** Id of the user behind sudo or pkexec, which set it; only root can say that of itself. */
function idBehind(env: (name: string) => string | undefined): number | undefined {
  const text = env("SUDO_UID") ?? env("PKEXEC_UID") ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A process with what it was told. */
export interface Asking {
  readonly uid: number;
  readonly gid: number | null;
  /** Reads the environment, which is believed of root only. */
  readonly env: (name: string) => string | undefined;
}

/**
 * Tells who asks with a process.
 *
 * @param asking The process.
 * @param files Users and groups.
 */
export function requesterBehind({ uid, gid, env }: Asking, files: UserFiles): Requester {
  const requester = requesterOf(uid, files, gid);
  if (uid !== 0) return requester;
  const account = env("BPFMAN_SERVICE_ACCOUNT") ?? "";
  const root = { ...requester, serviceAccount: account === "" ? null : account };
  const behind = idBehind(env);
  if (behind === undefined || behind === 0) return root;
  return { ...root, behind: requesterOf(behind, files) };
}

/**
 * Tells who asks.
 *
 * @param env Reads the environment.
 */
export function readRequester(env: (name: string) => string | undefined): Requester {
  return requesterBehind({ uid: Deno.uid() ?? -1, gid: Deno.gid(), env }, readUserFiles());
}
