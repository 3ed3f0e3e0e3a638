/**
 * Who asks: the user of this process, and whoever became root by sudo or pkexec. Read from files, as
 * nothing here may need the C library.
 *
 * @module
 */
import { ifThere } from "../../core/files/if_there.ts";
import type { Requester } from "../../core/policy/types.ts";
import {
  callerOfRoot,
  fileRows,
  findUser,
  readId,
  type ReadVariable,
  serviceAccountOf,
} from "../../core/users.ts";

/** Rows of /etc/passwd and /etc/group. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

/** Ids and names of the groups that the files say a user is in. */
function groupsOf(user: string | null, gid: number | null, { group }: UserFiles) {
  const listed = fileRows(group).flatMap(([name = "", , text, members = ""]) => {
    const id = readId(text);
    const isMine = id === gid || user !== null && members.split(",").includes(user);
    return id !== null && isMine ? [id, name] : [];
  });
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
  const { name: user = null, gid: own = null } = findUser(files.passwd, uid) ?? {};
  const both = [...groupsOf(user, own, files), ...groupsOf(null, gid ?? own, files)];
  return { uid, user, groups: [...new Set(both)], serviceAccount: null };
}

function readFile(path: string): string {
  return ifThere(() => Deno.readTextFileSync(path)) ?? "";
}

/** Users and groups of this machine. */
export function readUserFiles(): UserFiles {
  return { passwd: readFile("/etc/passwd"), group: readFile("/etc/group") };
}

/** A process with what it was told. */
export interface Asking {
  readonly uid: number;
  readonly gid: number | null;
  /** Reads the environment, which is believed of root only. */
  readonly env: ReadVariable;
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
  const root = { ...requester, serviceAccount: serviceAccountOf(env) };
  const caller = callerOfRoot(env);
  if (caller === null || caller.uid === 0) return root;
  return { ...root, behind: requesterOf(caller.uid, files) };
}

/**
 * Tells who asks.
 *
 * @param env Reads the environment.
 */
export function readRequester(env: ReadVariable): Requester {
  return requesterBehind({ uid: Deno.uid() ?? -1, gid: Deno.gid(), env }, readUserFiles());
}
