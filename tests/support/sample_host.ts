/**
 * Facts of a host on which everything is well, and ways to change them.
 *
 * @module
 */
import type { DoctorFacts, MachineFacts } from "../../core/doctor/facts.ts";
import { PROGRAM_TYPES, type ProgramType } from "../../core/types/words.ts";

const CAPABILITIES = new Set(["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYS_ADMIN"]);
const FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
const OPTIONS = [
  "BPF_SYSCALL",
  "BPF_JIT",
  "BPF_EVENTS",
  "CGROUP_BPF",
  "DEBUG_INFO_BTF",
  "DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
  "KPROBES",
  "NET_CLS_BPF",
  "NET_SCH_INGRESS",
  "UPROBE_EVENTS",
];
const EINVAL = 22;

/** Errors of the loads: none, but those types miss their targets that have one. */
function loads(): Record<ProgramType, number> {
  const targeted: readonly ProgramType[] = ["fentry", "fexit", "lsm"];
  const pairs = PROGRAM_TYPES.map((type) => [type, targeted.includes(type) ? EINVAL : 0]);
  return Object.fromEntries(pairs);
}

function library(name: "libbpf" | "libxdp", version: string): MachineFacts["libbpf"] {
  return {
    soname: `${name}.so.1`,
    debianPackage: `${name}1`,
    fedoraPackage: name,
    path: `${FOLDERS[0]}/${name}.so.1`,
    folders: FOLDERS,
    version,
    failure: null,
    missing: [],
  };
}

function directory(path: string): MachineFacts["state"]["data"] {
  const freeBytes = 512 * 1024 * 1024;
  return { path, state: "there", uid: 0, mode: 0o755, freeBytes, isReadOnly: false };
}

/** A machine on which everything is well. */
export const GOOD_MACHINE: MachineFacts = {
  kernel: {
    release: "6.12.57",
    architecture: "x86_64",
    hasBtf: true,
    btfModules: 3,
    settings: {
      jitEnable: 1,
      jitHarden: 0,
      unprivilegedDisabled: 2,
      perfParanoid: 3,
      kptrRestrict: 1,
    },
    config: new Map(OPTIONS.map((name) => [`CONFIG_${name}`, "y"])),
    lockdown: "none",
    securityModules: ["landlock", "lockdown", "yama", "bpf"],
    mounts: [
      { point: "/sys", type: "sysfs", isReadOnly: false },
      { point: "/sys/fs/bpf", type: "bpf", isReadOnly: false },
      { point: "/sys/fs/cgroup", type: "cgroup2", isReadOnly: false },
    ],
    fileSystems: ["proc", "tmpfs", "bpf"],
    hasKprobes: true,
    hasUprobes: true,
    hasTracefs: true,
    landlockAbi: 6,
    hasSeccomp: true,
    memoryLock: 8 * 1024 * 1024,
  },
  probes: { loads: loads(), extension: EINVAL, tcx: 0, netkit: 6 },
  libbpf: library("libbpf", "1.5.0"),
  libxdp: library("libxdp", "1.5.4"),
  libxdpDispatcher: `${FOLDERS[0]}/bpf/xdp-dispatcher.o`,
  caller: {
    uid: 0,
    effective: CAPABILITIES,
    permitted: CAPABILITIES,
    bounding: CAPABILITIES,
    ambient: new Set(),
    noNewPrivs: false,
    seccompFilters: 0,
    isFirstUserNamespace: true,
    container: null,
    isVirtual: true,
  },
  state: {
    runtime: directory("/run/bpfman"),
    bpffs: "mounted",
    data: directory("/var/lib/bpfman"),
    images: 2,
    units: { isSystemd: true, restore: "enabled", applications: 1 },
  },
  trust: { origin: "embedded", ageDays: 12, expired: [] },
};

/** The same with what is asked of the process and its files. */
export const GOOD_HOST: DoctorFacts = {
  ...GOOD_MACHINE,
  status: { programs: 2, links: 3, drift: [], notes: [], holder: null },
  runtime: { version: "0.1.0", deno: "2.9.5", builder: "source", hasKv: true, narrowed: [] },
  configuration: {
    path: "/etc/bpfman/bpfman.toml",
    state: "valid",
    messages: [],
    hint: null,
  },
  policy: { path: "/etc/bpfman/policy.jsonc", state: "absent", messages: [], hint: null },
};

/** A machine on which some things are missing. */
export const POOR_MACHINE: MachineFacts = {
  ...GOOD_MACHINE,
  kernel: {
    ...GOOD_MACHINE.kernel,
    release: "6.1.0",
    lockdown: null,
    securityModules: ["landlock", "yama"],
    landlockAbi: 2,
  },
  libxdp: { ...GOOD_MACHINE.libxdp, path: null, version: null },
  libxdpDispatcher: null,
  state: { ...GOOD_MACHINE.state, bpffs: "read-only" },
  trust: { origin: "embedded", ageDays: 400, expired: [] },
};
