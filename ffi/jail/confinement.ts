/**
 * What holds of this process, as the kernel tells it, and the last steps into a jail from inside.
 *
 * @module
 */
import { SyscallError } from "../errno.ts";
import { listDirectory, openFile, readText } from "../kernel_files.ts";
import { type CapabilityName, namesOf } from "./capabilities.ts";
import { landlockAbi } from "./landlock.ts";
import { FRONT_RULES, NO_EXEC_RULES } from "./rules.ts";
import { installFilter } from "./seccomp.ts";
import { setNoNewPrivileges } from "./thread.ts";

/** Confinement of a process: the weakest of its threads counts. */
export interface Confinement {
  /** True when it is set in every thread. */
  readonly noNewPrivs: boolean;
  /** Filters of the thread that has the fewest. */
  readonly seccompFilters: number;
  /** Capabilities that any thread has in the set of this name. */
  readonly permitted: ReadonlySet<CapabilityName>;
  readonly effective: ReadonlySet<CapabilityName>;
  readonly bounding: ReadonlySet<CapabilityName>;
  readonly inheritable: ReadonlySet<CapabilityName>;
  readonly ambient: ReadonlySet<CapabilityName>;
  /** True when all of this is equal in all threads. */
  readonly isSameInAllThreads: boolean;
  /** Version of Landlock in this kernel, 0 for none. */
  readonly landlockAbi: number;
  /** True when Landlock keeps this thread from a device that everybody may read, and no jail allows. */
  readonly isLandlocked: boolean;
}

/** What the status file of one thread says. */
export interface ThreadFacts {
  readonly noNewPrivs: boolean;
  readonly seccompFilters: number;
  readonly permitted: bigint;
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly inheritable: bigint;
  readonly ambient: bigint;
}

const ENOENT = 2;
const ESRCH = 3;
const EACCES = 13;

/** Reads the lines of `/proc/PID/task/TID/status` that matter here. */
export function parseStatus(text: string): ThreadFacts {
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(text)?.[1] ?? "0";
  const mask = (name: string): bigint => BigInt(`0x${field(name)}`);
  return {
    noNewPrivs: field("NoNewPrivs") === "1",
    // before Linux 5.9 there is no count: 1 for filter mode is all that can be said
    seccompFilters: Number(field("Seccomp_filters")) || (field("Seccomp") === "2" ? 1 : 0),
    permitted: mask("CapPrm"),
    effective: mask("CapEff"),
    bounding: mask("CapBnd"),
    inheritable: mask("CapInh"),
    ambient: mask("CapAmb"),
  };
}

function threads(): ThreadFacts[] {
  const found: ThreadFacts[] = [];
  for (const id of listDirectory("/proc/self/task")) {
    try {
      found.push(parseStatus(readText(`/proc/self/task/${id}/status`)));
    } catch (error) {
      // a thread may end at any time
      if (!(error instanceof SyscallError) || ![ENOENT, ESRCH].includes(error.errno)) throw error;
    }
  }
  return found;
}

/** Devices that every machine has, and no jail allows. */
const PROBES = ["/dev/zero", "/dev/full", "/dev/random"] as const;

/** True when a file is closed that every user may read. */
function isDeviceClosed(): boolean {
  for (const path of PROBES) {
    try {
      using _device = openFile(path);
      return false;
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      if (error.errno === EACCES) return true;
      if (error.errno !== ENOENT) throw error;
    }
  }
  return false;
}

/** Facts of every thread of this process. */
export function readConfinement(): Confinement {
  const all = threads();
  const any = (set: (thread: ThreadFacts) => bigint): Set<CapabilityName> =>
    namesOf(all.reduce((mask, thread) => mask | set(thread), 0n));
  const text = (thread: ThreadFacts): string => Object.values(thread).join();
  return {
    noNewPrivs: all.every((thread) => thread.noNewPrivs),
    seccompFilters: Math.min(...all.map((thread) => thread.seccompFilters)),
    permitted: any((thread) => thread.permitted),
    effective: any((thread) => thread.effective),
    bounding: any((thread) => thread.bounding),
    inheritable: any((thread) => thread.inheritable),
    ambient: any((thread) => thread.ambient),
    isSameInAllThreads: new Set(all.map(text)).size === 1,
    landlockAbi: landlockAbi(),
    isLandlocked: isDeviceClosed(),
  };
}

/** No thread of this process can execute another program from here on. */
export function forbidExec(): void {
  setNoNewPrivileges();
  installFilter(NO_EXEC_RULES, "process");
}

/**
 * For the part that reads hostile bytes: no thread can gain anything from here on.
 *
 * @throws {TypeError} When a thread has a capability.
 */
export function dropForGood(): void {
  setNoNewPrivileges();
  installFilter(FRONT_RULES, "process");
  const { permitted, effective } = readConfinement();
  const left = [...new Set([...permitted, ...effective])];
  if (left.length === 0) return;
  throw new TypeError(`Cannot go on without privileges: ${left.join(", ")} must not be held here`);
}
