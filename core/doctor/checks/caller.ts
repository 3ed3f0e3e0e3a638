/**
 * Checks of whoever asks, and of what he sits in.
 *
 * @module
 */
import { aside, checksOf, type Finding, fine, warn } from "../check.ts";
import type { CallerFacts, DoctorFacts } from "../facts.ts";
import type { Check } from "../types.ts";

/** What the start process has to give to its stages. */
const WANTED = ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYS_ADMIN"] as const;
/** Capabilities before whose names nothing is listed: a full set is told in two words. */
const MANY = 30;

function list(names: ReadonlySet<string>): string {
  if (names.size === 0) return "none";
  return names.size > MANY ? `${names.size} of them` : [...names].join(", ");
}

function user({ uid, permitted }: CallerFacts): Finding {
  const found = `user ${uid}`;
  if (uid === 0 || WANTED.every((name) => permitted.has(name))) return fine(found);
  return warn(found, "root, to load and attach", "Run bpfman with sudo");
}

function capabilities({ permitted, effective }: CallerFacts): Finding {
  const lacking = WANTED.filter((name) => !permitted.has(name));
  const raised = effective.size === 0 && permitted.size > 0 ? ", raised when they are needed" : "";
  if (lacking.length === 0) return fine(`${list(permitted)}${raised}`);
  const found = `${list(permitted)}; ${lacking.join(", ")} missing`;
  return warn(found, WANTED.join(", "), "Run as root; see bpfman privileges for each command");
}

function bounding({ bounding }: CallerFacts): Finding {
  const lacking = WANTED.filter((name) => !bounding.has(name));
  if (lacking.length === 0) return fine(list(bounding));
  return warn(
    `${lacking.join(", ")} can never be had here`,
    WANTED.join(", "),
    `Give them to the container or unit: --cap-add or CapabilityBoundingSet`,
  );
}

function namespace({ isFirstUserNamespace }: CallerFacts): Finding {
  return isFirstUserNamespace
    ? fine("that of the host")
    : warn("one of its own: its capabilities do not count for BPF", "that of the host");
}

function place({ container, isVirtual }: CallerFacts): Finding {
  const machine = isVirtual ? "a virtual machine" : "a machine of its own";
  if (container === null) return fine(machine);
  return { state: "ok", found: `a container (${container}) on ${machine}` };
}

function noNewPrivs({ noNewPrivs, seccompFilters }: CallerFacts): Finding {
  const filters = seccompFilters === 0 ? "" : `; ${seccompFilters} filter(s) of system calls`;
  if (noNewPrivs) return aside(`set: sudo and file capabilities give nothing${filters}`);
  return fine(`not set${filters}`);
}

/** Checks of the caller. */
export function callerChecks({ caller }: DoctorFacts): Check[] {
  const check = checksOf("caller");
  return [
    check("user", "User", user(caller)),
    check("capabilities", "Capabilities", capabilities(caller)),
    check("bounding", "Capabilities that can be had", bounding(caller)),
    check("ambient", "Capabilities that are handed on", fine(list(caller.ambient))),
    check("no-new-privs", "New privileges", noNewPrivs(caller)),
    check("user-namespace", "User namespace", namespace(caller)),
    check("place", "Runs in", place(caller)),
  ];
}
