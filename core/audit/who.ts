/**
 * Who asks for a change, from what /proc, /etc/passwd and the environment tell.
 *
 * @module
 */
import type { AuditWho } from "./types.ts";

/** What is asked of the machine. */
export interface WhoSources {
  /** Text of a file; throws when there is none. */
  readText(path: string): string;
  /** Value of an environment variable. */
  env(name: string): string | undefined;
}

/** What the kernel shows for a process that nobody logged in for: -1 as an unsigned number. */
const NO_LOGIN = 0xffffffff;

function textOf(sources: WhoSources, path: string): string {
  try {
    return sources.readText(path);
  } catch {
    // a container may lack it; the entry then says null
    return "";
  }
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/** Names of users by their ids, from the text of /etc/passwd. */
function nameIn(passwd: string, uid: number): string | null {
  const fields = passwd.split("\n").map((line) => line.split(":"));
  return fields.find((parts) => parts[2] === String(uid))?.[0] ?? null;
}

function viaOf(sources: WhoSources, passwd: string): AuditWho["via"] {
  for (const [tool, variable] of [["sudo", "SUDO_UID"], ["pkexec", "PKEXEC_UID"]] as const) {
    const uid = numberOf(sources.env(variable));
    if (uid !== null) return { tool, uid, user: nameIn(passwd, uid) };
  }
  return null;
}

/**
 * Finds out who asks. What the environment says is believed of root only: anybody else writes there
 * what he likes.
 *
 * @param sources Files and environment.
 */
export function whoAsks(sources: WhoSources): AuditWho {
  const passwd = textOf(sources, "/etc/passwd");
  const status = textOf(sources, "/proc/thread-self/status");
  const uid = numberOf(/^Uid:\s*(\d+)/m.exec(status)?.[1]);
  const login = numberOf(textOf(sources, "/proc/self/loginuid").trim());
  const account = uid === 0 ? sources.env("BPFMAN_SERVICE_ACCOUNT") : undefined;
  return {
    uid,
    user: uid === null ? null : nameIn(passwd, uid),
    via: uid === 0 ? viaOf(sources, passwd) : null,
    login: login === NO_LOGIN ? null : login,
    account: account === undefined || account === "" ? null : account,
  };
}
