/**
 * Who asks for a change, from what /proc, /etc/passwd and the environment tell.
 *
 * @module
 */
import { callerOfRoot, findUser, readId, realUid, serviceAccountOf } from "../users.ts";
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

function nameIn(passwd: string, uid: number): string | null {
  return findUser(passwd, uid)?.name ?? null;
}

function viaOf({ env }: WhoSources, passwd: string): AuditWho["via"] {
  const caller = callerOfRoot(env);
  return caller === null ? null : { ...caller, user: nameIn(passwd, caller.uid) };
}

/**
 * Finds out who asks. What the environment says is believed of root only: anybody else writes there
 * what he likes.
 *
 * @param sources Files and environment.
 */
export function whoAsks(sources: WhoSources): AuditWho {
  const passwd = textOf(sources, "/etc/passwd");
  const uid = realUid(textOf(sources, "/proc/thread-self/status"));
  const login = readId(textOf(sources, "/proc/self/loginuid").trim());
  return {
    uid,
    user: uid === null ? null : nameIn(passwd, uid),
    via: uid === 0 ? viaOf(sources, passwd) : null,
    login: login === NO_LOGIN ? null : login,
    account: uid === 0 ? serviceAccountOf(sources.env) : null,
  };
}
