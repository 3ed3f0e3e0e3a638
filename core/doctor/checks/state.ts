/**
 * Checks of what is kept on this machine.
 *
 * @module
 */
import { aside, bad, checksOf, type Finding, fine, open, warn } from "../check.ts";
import {
  type DirectoryFacts,
  type DoctorFacts,
  type SettingsFacts,
  type StateFacts,
  WRITABLE_BY_OTHERS,
} from "../facts.ts";
import type { Check } from "../types.ts";

const MEBIBYTE = 1024 * 1024;
/** A store, its copies and the bytecode of some programs. */
const LEAST_BYTES = MEBIBYTE;
const LITTLE_BYTES = 16 * MEBIBYTE;
/** Differences that are told; `status` has all. */
const MOST_TOLD = 3;

function weakness({ uid, mode }: DirectoryFacts, caller: number): string | null {
  if (uid !== null && uid !== 0 && uid !== caller) return `it belongs to user ${uid}`;
  if (mode !== null && (mode & WRITABLE_BY_OTHERS) !== 0) {
    return `its mode is ${mode.toString(8).padStart(4, "0")}`;
  }
  return null;
}

/** Free space is told as it is: rounded, so that it does not change from call to call. */
function free(bytes: number | null): string {
  return bytes === null ? "" : `, ${Math.floor(bytes / MEBIBYTE)} MiB free`;
}

function space(facts: DirectoryFacts): Finding | null {
  const { path, freeBytes, isReadOnly } = facts;
  if (isReadOnly) {
    return bad(`${path} is on a file system that is read-only`, "writable", "mount -o remount,rw");
  }
  if (freeBytes === null || freeBytes >= LITTLE_BYTES) return null;
  const blame = freeBytes < LEAST_BYTES ? bad : warn;
  return blame(`${path}${free(freeBytes)}`, "16 MiB free", `df -h ${path}`);
}

function directory(facts: DirectoryFacts, caller: number | null): Finding {
  const { path, state } = facts;
  const short = space(facts);
  if (state === "hidden") return open(`${path} may not be looked at`, "sudo bpfman doctor");
  if (state === "no-directory") {
    return bad(`${path} is no directory`, "a directory", `ls -ld ${path}`);
  }
  if (short !== null) return short;
  if (state === "absent") return aside(`${path} is made by the first change`);
  const why = caller === null ? null : weakness(facts, caller);
  if (why === null) return fine(`${path}${free(facts.freeBytes)}`);
  return bad(`${path}: ${why}`, "root's, and writable by root alone", mendAccess(path));
}

function mendAccess(path: string): string {
  return `chown root:root ${path} && chmod go-w ${path}`;
}

function bpffs({ bpffs, runtime }: StateFacts): Finding {
  const path = `${runtime.path}/fs`;
  switch (bpffs) {
    case "mounted":
      return fine(path);
    case "read-only":
      return bad(`${path} is read-only`, "writable", `mount -o remount,rw ${path}`);
    case "open":
      return bad(
        `${path}: everybody may make files in it`,
        "its owner alone",
        `chmod go-w ${path}`,
      );
    case "absent":
      return aside(`${path} is mounted by the first change`);
  }
}

function store({ status }: DoctorFacts): Finding {
  if ("failure" in status) return open(status.failure, "sudo bpfman status");
  const { programs, links, drift, notes } = status;
  const found = `${programs} program(s), ${links} link(s)`;
  if (drift.length > 0) {
    const more = drift.length > MOST_TOLD ? `; ${drift.length - MOST_TOLD} more` : "";
    const told = `${found}: ${drift.slice(0, MOST_TOLD).join("; ")}${more}`;
    return bad(told, "store, pins and kernel agree", "bpfman status, then bpfman repair");
  }
  return fine(notes.length === 0 ? found : `${found}; ${notes.length} note(s) of status`);
}

function lock({ status }: DoctorFacts): Finding {
  if ("failure" in status) return open("not known");
  const { holder } = status;
  return fine(
    holder === null ? "free" : `process ${holder.pid} (${holder.verb}) since ${holder.since}`,
  );
}

function images({ images, data }: StateFacts): Finding {
  if (images === null) return aside("none were pulled");
  if (typeof images === "number") return fine(`${images} in ${data.path}/images`);
  const hint = "bpfman image list";
  return bad(`${data.path}/images: ${images.failure}`, "a store that can be read", hint);
}

function units({ units: { isSystemd, restore, applications } }: StateFacts): Finding {
  if (!isSystemd) return aside("systemd does not run here");
  if (restore === "enabled") return fine("bpfman-restore.service is enabled");
  const found = restore === "absent" ? "not installed" : "installed and not enabled";
  if (applications === 0) return aside(`${found}; there are no applications to bring back`);
  return warn(
    `${found}: ${applications} application(s) do not come back after a start`,
    "bpfman-restore.service enabled",
    restore === "absent"
      ? "bpfman install-unit --enable"
      : "systemctl enable bpfman-restore.service",
  );
}

/** A file of settings, as `trust` and `state` show it. */
export function settings({ path, state, messages, hint }: SettingsFacts): Finding {
  const said = messages.join("; ");
  if (state === "absent") return aside(`${path} is not there: the defaults hold`);
  if (state === "invalid") return bad(said, "a file that holds", hint ?? undefined);
  if (said === "") return fine(path);
  return warn(said, "a file that is understood", hint ?? undefined);
}

/** Checks of the state. */
export function stateChecks(facts: DoctorFacts): Check[] {
  const { state, configuration } = facts;
  const check = checksOf("state");
  return [
    check("runtime-dir", "Runtime directory", directory(state.runtime, facts.caller.uid)),
    check("bpffs", "Pins", bpffs(state)),
    check("store", "Store", store(facts)),
    check("lock", "Lock", lock(facts)),
    check("data-dir", "Data directory", directory(state.data, null)),
    check("images", "Images", images(state)),
    check("units", "Units of systemd", units(state)),
    ...configuration === undefined
      ? []
      : [check("config", "Configuration", settings(configuration))],
  ];
}
