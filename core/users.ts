/**
 * Users as files and the environment tell them: for policies, the audit log and the start.
 *
 * @module
 */

/** What became root for somebody. */
export type RootTool = "sudo" | "pkexec";

/** Reads the environment. */
export type ReadVariable = (name: string) => string | undefined;

/** A user of /etc/passwd. */
export interface UserRow {
  readonly name: string;
  /** Id of the own group; null where the row has none. */
  readonly gid: number | null;
  /** Home directory; empty where the row has none. */
  readonly home: string;
}

/** Variables in which these tools tell who called them, the one that is believed first. */
const CALLER_VARIABLES = [["sudo", "SUDO_UID"], ["pkexec", "PKEXEC_UID"]] as const;

/** A whole number that is an id; null for anything else. */
export function readId(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/** Fields of the rows of /etc/passwd or /etc/group. */
export function fileRows(text: string): string[][] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

/**
 * A user; null for one that the file does not have.
 *
 * @param passwd Text of /etc/passwd.
 * @param uid Id of the user.
 */
export function findUser(passwd: string, uid: number): UserRow | null {
  const row = fileRows(passwd).find(([, , id]) => readId(id) === uid);
  if (row === undefined) return null;
  const [name = "", , , gid, , home = ""] = row;
  return { name, gid: readId(gid), home };
}

/** Real user id of a process; null where its status does not tell. */
export function realUid(status: string): number | null {
  return readId(/^Uid:\s*(\d+)/m.exec(status)?.[1]);
}

/** Who became root, and how; to be believed of root only, as anybody writes there what he likes. */
export function callerOfRoot(env: ReadVariable): { tool: RootTool; uid: number } | null {
  for (const [tool, variable] of CALLER_VARIABLES) {
    const uid = readId(env(variable));
    if (uid !== null) return { tool, uid };
  }
  return null;
}

/** Kubernetes service account `namespace/name`, null for none; to be believed of root only. */
export function serviceAccountOf(env: ReadVariable): string | null {
  const account = env("BPFMAN_SERVICE_ACCOUNT") ?? "";
  return account === "" ? null : account;
}
