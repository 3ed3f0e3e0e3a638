/**
 * The kernel features that tests can need: since which kernel, how to ask this one, and what a test
 * host may honestly lack.
 *
 * @module
 */

import { tryProgLoad, tryProgQuery } from "./raw_bpf.ts";
import { landlockVersion } from "./raw_landlock.ts";

/** What a probe found: it works, or the cause why not. */
export type ProbeResult = "works" | FeatureCause;

/** Why a feature is not usable. `refused` is EPERM for root, the mark of a kernel with a policy. */
export type FeatureCause = "refused" | "absent" | `errno ${number}`;

/** A kernel feature. */
export interface Feature {
  /** The first kernel that has it. */
  readonly since: string;
  probe(): ProbeResult;
  /**
   * The causes for which a test host (never a virtual machine of ours) may lack the feature
   * although its kernel is new enough, each with the words for the report.
   */
  readonly hostMayLack?: Readonly<Partial<Record<FeatureCause, string>>>;
}

const EPERM = 1;
const EINVAL = 22;

const ProgramType = { TRACING: 26, EXT: 28, LSM: 29 } as const;
const AttachType = { LSM_MAC: 27, TRACE_FENTRY: 24, TRACE_FEXIT: 25, TCX_INGRESS: 46 } as const;
const LOOPBACK_IFINDEX = 1;

const REFUSED_BY_HOST = {
  refused: "the kernel of this host refuses such programs to root with EPERM",
} as const;

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function probeFile(path: string): ProbeResult {
  return exists(path) ? "works" : "absent";
}

/**
 * Loads a program of a type that needs a target, without one. A kernel that takes the type looks
 * for the target and says EINVAL; a kernel with a policy against the type says EPERM before that.
 */
function probeTargetedType(programType: number, attachType: number): ProbeResult {
  const errno = tryProgLoad(programType, attachType);
  if (errno === EPERM) return "refused";
  if (errno !== EINVAL) return `errno ${errno}`;
  return probeFile("/sys/kernel/btf/vmlinux");
}

function probeTcx(): ProbeResult {
  const errno = tryProgQuery(LOOPBACK_IFINDEX, AttachType.TCX_INGRESS);
  if (errno === 0) return "works";
  return errno === EINVAL ? "absent" : `errno ${errno}`;
}

/** Makes a pair in a network namespace of its own, which goes with the command. */
function probeNetkit(): ProbeResult {
  const { success } = new Deno.Command("unshare", {
    args: ["--net", "ip", "link", "add", "probe", "type", "netkit"],
    stdout: "null",
    stderr: "null",
  }).outputSync();
  return success ? "works" : "absent";
}

/** BPF LSM programs load without it, but are never called unless "bpf" is among the active LSMs. */
function probeLsm(): ProbeResult {
  const load = probeTargetedType(ProgramType.LSM, AttachType.LSM_MAC);
  if (load !== "works") return load;
  if (!exists("/sys/kernel/security/lsm")) return "absent";
  const active = Deno.readTextFileSync("/sys/kernel/security/lsm").trim().split(",");
  return active.includes("bpf") ? "works" : "absent";
}

/** Where cgroup version 2 is mounted, undefined for nowhere. */
export function cgroup2Mount(): string | undefined {
  const mounts = Deno.readTextFileSync("/proc/self/mounts").split("\n");
  return mounts.find((line) => line.split(" ")[2] === "cgroup2")?.split(" ")[1];
}

function probeBpffs(): ProbeResult {
  const mounts = Deno.readTextFileSync("/proc/self/mounts").split("\n");
  return mounts.some((line) => line.split(" ")[2] === "bpf") ? "works" : "absent";
}

/** All features, by the name that a test gives among its needs. */
export const FEATURES = {
  bpffs: { since: "4.4", probe: probeBpffs },
  tracefs: { since: "4.1", probe: () => probeFile("/sys/kernel/tracing/events") },
  uprobe: {
    since: "4.17",
    probe: () => probeFile("/sys/bus/event_source/devices/uprobe/type"),
  },
  kprobe: {
    since: "4.17",
    probe: () => probeFile("/sys/bus/event_source/devices/kprobe/type"),
    hostMayLack: { absent: "the kernel of this host is built without kprobes" },
  },
  fentry: {
    since: "5.5",
    probe: () => probeTargetedType(ProgramType.TRACING, AttachType.TRACE_FENTRY),
    hostMayLack: REFUSED_BY_HOST,
  },
  fexit: {
    since: "5.5",
    probe: () => probeTargetedType(ProgramType.TRACING, AttachType.TRACE_FEXIT),
    hostMayLack: REFUSED_BY_HOST,
  },
  freplace: {
    since: "5.6",
    probe: () => probeTargetedType(ProgramType.EXT, 0),
    hostMayLack: REFUSED_BY_HOST,
  },
  lsm: {
    since: "5.7",
    probe: probeLsm,
    hostMayLack: {
      ...REFUSED_BY_HOST,
      absent: '"bpf" is not among the security modules that this host has switched on',
    },
  },
  tcx: { since: "6.6", probe: probeTcx },
  netkit: {
    since: "6.7",
    probe: probeNetkit,
    hostMayLack: { absent: "the kernel of this host is built without netkit" },
  },
  landlock: {
    since: "5.13",
    probe: () => landlockVersion() > 0 ? "works" : "absent",
    hostMayLack: { absent: "this host has not switched Landlock on" },
  },
  cgroup2: {
    since: "4.5",
    probe: () => cgroup2Mount() === undefined ? "absent" : "works",
    hostMayLack: { absent: "this host has no cgroup of version 2 mounted" },
  },
} as const satisfies Readonly<Record<string, Feature>>;

/** Name of a kernel feature. */
export type FeatureName = keyof typeof FEATURES;
