/**
 * Whether and how programs of each type can be used here: the kernel's own answers, as far as it
 * gave any, and what else the type needs.
 *
 * @module
 */
import { LOAD_NEEDS } from "../privileges/rules.ts";
import { PROGRAM_TYPES, type ProgramType } from "../types/words.ts";
import { isAtLeast } from "./check.ts";
import type { KernelFacts, MachineFacts } from "./facts.ts";
import { isSysfsMissing, MOUNT_SYSFS } from "./sysfs.ts";
import type { ProgramTypeAnswer, TypeState } from "./types.ts";

const EPERM = 1;
const EINVAL = 22;

/** A type's answer with what to do about it. */
export interface JudgedType {
  readonly answer: ProgramTypeAnswer;
  /** What would have to be there, undefined where nothing helps or nothing is missing. */
  readonly hint?: string;
}

/** Something that a type needs and this host has not. */
interface Lack {
  readonly why: string;
  readonly hint?: string;
}

/** What is known of a type. */
interface TypeRule {
  readonly since: string;
  /** How it is attached here. */
  readonly attach: (facts: MachineFacts) => string;
  /** What is missing besides the program type. */
  readonly lack?: (facts: MachineFacts) => Lack | null;
  /** True when the kernel looks for the type's target as it is loaded. */
  readonly hasTarget?: boolean;
  /** The answer of the kernel that counts besides that to the load. */
  readonly query?: "tcx" | "netkit";
}

function isOff({ config }: KernelFacts, ...names: readonly string[]): string | null {
  return config === null ? null : names.find((name) => !config.has(name)) ?? null;
}

function lackOfOption(name: string): Lack {
  return { why: `the kernel is built without ${name}`, hint: `Use a kernel with ${name}=y` };
}

function lackOfTracefs({ kernel }: MachineFacts): Lack | null {
  if (kernel.hasTracefs) return null;
  return {
    why: "tracefs is not mounted, or hidden from this user",
    hint: "mount -t tracefs tracefs /sys/kernel/tracing",
  };
}

/** The lack of a file below /sys, which only says something of the kernel where that is mounted. */
function lackOfFile(kernel: KernelFacts, option: string): Lack {
  return isSysfsMissing(kernel)
    ? { why: "sysfs is not mounted", hint: MOUNT_SYSFS }
    : lackOfOption(option);
}

function lackOfKprobes({ kernel }: MachineFacts): Lack | null {
  return kernel.hasKprobes ? null : lackOfFile(kernel, "CONFIG_KPROBE_EVENTS");
}

function lackOfUprobes({ kernel }: MachineFacts): Lack | null {
  return kernel.hasUprobes ? null : lackOfFile(kernel, "CONFIG_UPROBE_EVENTS");
}

function lackOfBtf({ kernel }: MachineFacts): Lack | null {
  return kernel.hasBtf ? null : lackOfFile(kernel, "CONFIG_DEBUG_INFO_BTF");
}

function lackOfTrampoline(facts: MachineFacts): Lack | null {
  const off = isOff(facts.kernel, "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS");
  return lackOfBtf(facts) ?? (off === null ? null : lackOfOption(off));
}

function lackOfLsm(facts: MachineFacts): Lack | null {
  const modules = facts.kernel.securityModules;
  const btf = lackOfBtf(facts);
  if (btf !== null || modules === null || modules.includes("bpf")) return btf;
  return {
    why: `"bpf" is not among the active security modules (${modules.join(",")})`,
    hint: `Add lsm=${[...modules, "bpf"].join(",")} to the kernel's command line`,
  };
}

function lackOfCgroups({ kernel }: MachineFacts): Lack | null {
  const { mounts } = kernel;
  if (mounts === null || mounts.some(({ type }) => type === "cgroup2")) return null;
  return {
    why: "no cgroup of version 2 is mounted",
    hint: "mount -t cgroup2 cgroup2 /sys/fs/cgroup",
  };
}

function lackOfFilters({ kernel }: MachineFacts): Lack | null {
  const off = isOff(kernel, "CONFIG_NET_SCH_INGRESS", "CONFIG_NET_CLS_BPF");
  return off === null ? null : lackOfOption(off);
}

function cgroupMount({ kernel }: MachineFacts): string {
  const found = kernel.mounts?.find(({ type }) => type === "cgroup2")?.point;
  return `a link on a cgroup${found === undefined ? "" : ` below ${found}`}`;
}

const always = (text: string) => (): string => text;

function probe(attach: string, lack: TypeRule["lack"]): TypeRule {
  return { since: "5.15", attach: always(attach), ...lack === undefined ? {} : { lack } };
}

function traced(attach: string, since: string, lack: (facts: MachineFacts) => Lack | null) {
  return { since, attach: always(attach), lack, hasTarget: true };
}

/** The first kernel counts for the way in which bpfman attaches, which is a link everywhere but on tc. */
const RULES: Readonly<Record<ProgramType, TypeRule>> = {
  xdp: {
    since: "5.9",
    attach: ({ probes }) =>
      "a link on the interface; several share it in a chain of the engine compose" +
      (isTargetTaken(probes.extension) ? " or freplace" : ""),
  },
  tc: {
    since: "5.8",
    attach: always("a filter on clsact; several share it in a chain of bpfman"),
    lack: lackOfFilters,
  },
  tcx: {
    since: "6.6",
    attach: always("links on the interface, ordered by the kernel"),
    query: "tcx",
  },
  netkit: { since: "6.7", attach: always("links on a netkit device"), query: "netkit" },
  cgroup_skb: { since: "5.7", attach: cgroupMount, lack: lackOfCgroups },
  cgroup_sock_addr: { since: "5.8", attach: cgroupMount, lack: lackOfCgroups },
  tracepoint: probe("a perf event and a link on it", lackOfTracefs),
  raw_tracepoint: { since: "5.8", attach: always("a link on the tracepoint") },
  kprobe: probe("a perf event and a link on it", lackOfKprobes),
  kretprobe: probe("a perf event and a link on it", lackOfKprobes),
  uprobe: probe("a perf event and a link on it", lackOfUprobes),
  uretprobe: probe("a perf event and a link on it", lackOfUprobes),
  fentry: traced("a trampoline in the function", "5.8", lackOfTrampoline),
  fexit: traced("a trampoline in the function", "5.8", lackOfTrampoline),
  lsm: traced("a trampoline in the hook", "5.8", lackOfLsm),
  perf_event: probe("a perf event and a link for each processor", undefined),
};

/** A kernel that knows a type with a target misses the target, and says so. */
function isTargetTaken(errno: number): boolean {
  return errno === 0 || errno === EINVAL;
}

/** Capabilities that loading takes and the caller lacks; CAP_SYS_ADMIN stands in for some. */
function lackingToLoad(type: ProgramType, effective: ReadonlySet<string>): string[] {
  const isAdmin = effective.has("CAP_SYS_ADMIN");
  return LOAD_NEEDS[type].filter(({ scope }) => scope === "every")
    .map(({ capability }) => capability)
    .filter((name) => !effective.has(name) && !(isAdmin && name !== "CAP_NET_ADMIN"));
}

type Verdict = Pick<ProgramTypeAnswer, "state" | "isProbed" | "why"> & { readonly hint?: string };

function verdict(state: TypeState, isProbed: boolean, why: string | null, hint?: string): Verdict {
  return { state, isProbed, why, ...hint === undefined ? {} : { hint } };
}

/** What an error of a probe means. */
function fromErrno(type: ProgramType, errno: number, { caller }: MachineFacts): Verdict {
  if (errno !== EPERM) {
    const why = errno === EINVAL
      ? "the kernel does not know it"
      : `the kernel refuses it with error ${errno}`;
    return verdict(errno === EINVAL ? "missing" : "unknown", true, why);
  }
  const lacking = lackingToLoad(type, caller.effective);
  if (lacking.length > 0 || !caller.isFirstUserNamespace) {
    const needs = lacking.length > 0 ? lacking.join(" and ") : "the first user namespace";
    const why = `not probed: needs ${needs}; Linux ${RULES[type].since} and newer have it`;
    return verdict("unknown", false, why, "sudo bpfman doctor");
  }
  return verdict("refused", true, "the kernel refuses it with EPERM whatever the capabilities");
}

function judge(type: ProgramType, facts: MachineFacts): Verdict {
  const { kernel, probes } = facts;
  const rule = RULES[type];
  if (!isAtLeast(kernel.release, rule.since)) {
    const why = `needs Linux ${rule.since} or newer: this is ${kernel.release}`;
    return verdict("missing", false, why);
  }
  const loaded = probes.loads[type];
  const isTaken = rule.hasTarget === true ? isTargetTaken(loaded) : loaded === 0;
  const query = rule.query === undefined ? 0 : probes[rule.query];
  if (isTaken && query === EINVAL) {
    return verdict("missing", true, "the kernel is built without it");
  }
  const lack = rule.lack?.(facts) ?? null;
  if (lack !== null) return verdict("missing", isTaken, lack.why, lack.hint);
  return isTaken ? verdict("works", true, null) : fromErrno(type, loaded, facts);
}

/**
 * Answers for every program type.
 *
 * @param facts What is known of the machine.
 */
export function judgeProgramTypes(facts: MachineFacts): JudgedType[] {
  return PROGRAM_TYPES.map((type) => {
    const { hint, ...found } = judge(type, facts);
    const { since, attach } = RULES[type];
    const answer = { type, since, attach: attach(facts), ...found };
    return hint === undefined ? { answer } : { answer, hint };
  });
}
