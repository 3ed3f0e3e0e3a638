/**
 * Hosts that differ in one thing from one on which all is well, and the checks that differ then.
 *
 * @module
 */
import type {
  CallerFacts,
  DirectoryFacts,
  DoctorFacts,
  KernelFacts,
  ProbeFacts,
} from "../../core/doctor/facts.ts";
import type { CheckState } from "../../core/doctor/types.ts";
import { PROGRAM_TYPES } from "../../core/types/words.ts";
import { GOOD_HOST } from "./sample_host.ts";

const EPERM = 1;
const EINVAL = 22;

/** One change to a host on which all is well, and the checks that differ then. */
export interface HostCase {
  readonly name: string;
  readonly change: Partial<DoctorFacts>;
  /** By id: the state, and what the check says, its hint included. */
  readonly differs: Readonly<Record<string, readonly [CheckState, RegExp]>>;
}

function kernel(change: Partial<KernelFacts>): Partial<DoctorFacts> {
  return { kernel: { ...GOOD_HOST.kernel, ...change } };
}

function setting(change: Partial<KernelFacts["settings"]>): Partial<DoctorFacts> {
  return kernel({ settings: { ...GOOD_HOST.kernel.settings, ...change } });
}

function probes(change: Partial<ProbeFacts>): ProbeFacts {
  return { ...GOOD_HOST.probes, ...change };
}

function caller(change: Partial<CallerFacts>): Partial<DoctorFacts> {
  return { caller: { ...GOOD_HOST.caller, ...change } };
}

function runtimeDirectory(change: Partial<DirectoryFacts>): Partial<DoctorFacts> {
  return { state: { ...GOOD_HOST.state, runtime: { ...GOOD_HOST.state.runtime, ...change } } };
}

/** The same error for every load. */
function loadsEnding(errno: number): ProbeFacts["loads"] {
  return Object.fromEntries(PROGRAM_TYPES.map((type) => [type, errno])) as ProbeFacts["loads"];
}

function everyType(state: CheckState, says: RegExp): HostCase["differs"] {
  return Object.fromEntries(PROGRAM_TYPES.map((type) => [`programs.${type}`, [state, says]]));
}

/** The hosts. */
export const HOST_CASES: readonly HostCase[] = [
  {
    name: "an old kernel",
    change: { ...kernel({ release: "5.8.0-1" }), probes: probes({ tcx: EINVAL, netkit: EINVAL }) },
    differs: {
      "kernel.release": ["problem", /5\.8\.0-1.*Linux 6\.1 or newer/],
      "kernel.memlock": ["warning", /8388608 bytes.*ulimit -l unlimited/],
      "programs.xdp": ["not-applicable", /needs Linux 5\.9 or newer: this is 5\.8\.0-1/],
      "programs.tcx": ["not-applicable", /needs Linux 6\.6/],
      "programs.netkit": ["not-applicable", /needs Linux 6\.7/],
      "programs.tracepoint": ["not-applicable", /needs Linux 5\.15/],
      "programs.kprobe": ["not-applicable", /5\.15/],
      "programs.kretprobe": ["not-applicable", /5\.15/],
      "programs.uprobe": ["not-applicable", /5\.15/],
      "programs.uretprobe": ["not-applicable", /5\.15/],
      "programs.perf_event": ["not-applicable", /5\.15/],
    },
  },
  {
    name: "a kernel between the oldest and those that are tested",
    change: kernel({ release: "5.15.0" }),
    differs: {
      "kernel.release": ["warning", /not tested/],
      "programs.tcx": ["not-applicable", /6\.6/],
      "programs.netkit": ["not-applicable", /6\.7/],
    },
  },
  {
    name: "a kernel without BTF",
    change: kernel({ hasBtf: false }),
    differs: {
      "kernel.btf": ["warning", /CONFIG_DEBUG_INFO_BTF=y.*--btf FILE/],
      "programs.fentry": ["warning", /without CONFIG_DEBUG_INFO_BTF/],
      "programs.fexit": ["warning", /without CONFIG_DEBUG_INFO_BTF/],
      "programs.lsm": ["warning", /without CONFIG_DEBUG_INFO_BTF/],
    },
  },
  {
    name: "a kernel in lockdown",
    change: kernel({ lockdown: "confidentiality" }),
    differs: { "kernel.lockdown": ["warning", /lockdown=integrity/] },
  },
  {
    name: "a kernel that refuses some types to everybody",
    change: {
      probes: probes({
        loads: { ...GOOD_HOST.probes.loads, fentry: EPERM, lsm: EPERM },
      }),
    },
    differs: {
      "programs.fentry": ["warning", /refuses it with EPERM/],
      "programs.lsm": ["warning", /refuses it with EPERM/],
    },
  },
  {
    name: "a kernel without kprobes, netkit and filters",
    change: {
      ...kernel({
        hasKprobes: false,
        config: new Map(
          [...GOOD_HOST.kernel.config ?? []].filter(([name]) => name !== "CONFIG_NET_CLS_BPF"),
        ),
      }),
      probes: probes({ netkit: EINVAL }),
    },
    differs: {
      "kernel.config": ["warning", /off: CONFIG_NET_CLS_BPF/],
      "programs.kprobe": ["warning", /without CONFIG_KPROBE_EVENTS/],
      "programs.kretprobe": ["warning", /without CONFIG_KPROBE_EVENTS/],
      "programs.netkit": ["warning", /built without it/],
      "programs.tc": ["warning", /without CONFIG_NET_CLS_BPF/],
    },
  },
  {
    name: "a kernel that knows no BPF",
    change: {
      ...kernel({ fileSystems: ["proc"], mounts: [] }),
      probes: { ...probes({ loads: loadsEnding(38) }), tcx: 38, netkit: 38 },
    },
    differs: {
      ...everyType("unknown", /error 38/),
      "programs.cgroup_skb": ["warning", /mount -t cgroup2/],
      "programs.cgroup_sock_addr": ["warning", /mount -t cgroup2/],
      "kernel.bpffs": ["problem", /the kernel has none/],
      "kernel.cgroup2": ["warning", /mount -t cgroup2 cgroup2 \/sys\/fs\/cgroup/],
    },
  },
  {
    name: "settings that could be better",
    change: setting({ jitEnable: 0, unprivilegedDisabled: 0, kptrRestrict: 2 }),
    differs: {
      "kernel.jit": ["warning", /sysctl -w net\.core\.bpf_jit_enable=1/],
      "kernel.unprivileged": ["warning", /sysctl -w kernel\.unprivileged_bpf_disabled=2/],
      "kernel.kptr": ["warning", /sysctl -w kernel\.kptr_restrict=1/],
    },
  },
  {
    name: "settings that are hidden",
    change: setting({ jitEnable: null, perfParanoid: null }),
    differs: {
      "kernel.jit": ["unknown", /sudo bpfman doctor/],
      "kernel.perf": ["unknown", /hidden/],
    },
  },
  {
    name: "a user without capabilities",
    change: {
      ...caller({ uid: 1000, effective: new Set(), permitted: new Set() }),
      probes: probes({ loads: loadsEnding(EPERM), extension: EPERM, tcx: EPERM, netkit: EPERM }),
    },
    differs: {
      ...everyType("unknown", /not probed: needs CAP_BPF/),
      "caller.user": ["warning", /user 1000/],
      "caller.capabilities": ["warning", /CAP_BPF, .* missing/],
      "kernel.perf": ["warning", /CAP_SYS_ADMIN for probes/],
    },
  },
  {
    name: "a user whose capabilities are raised when they are needed",
    change: {
      ...caller({ uid: 1000, effective: new Set() }),
      probes: probes({ loads: loadsEnding(EPERM), extension: EPERM, tcx: EPERM, netkit: EPERM }),
      ...runtimeDirectory({ uid: 1000 }),
    },
    differs: everyType("unknown", /not probed: needs CAP_BPF/),
  },
  {
    name: "root in a container that may do nothing",
    change: caller({ bounding: new Set(["CAP_CHOWN"]), container: "docker", noNewPrivs: true }),
    differs: {
      "caller.bounding": ["warning", /--cap-add/],
      "caller.no-new-privs": ["not-applicable", /set/],
    },
  },
  {
    name: "root of a user namespace",
    change: {
      ...caller({ isFirstUserNamespace: false }),
      probes: probes({ loads: loadsEnding(EPERM), tcx: EPERM, netkit: EPERM }),
    },
    differs: {
      ...everyType("unknown", /needs the first user namespace/),
      "caller.user-namespace": ["warning", /do not count/],
    },
  },
  {
    name: "a host without libxdp",
    change: {
      libxdp: { ...GOOD_HOST.libxdp, path: null, version: null },
      libxdpDispatcher: null,
    },
    differs: {
      "libraries.libxdp": ["warning", /apt-get install libxdp1, or dnf install libxdp/],
      "libraries.dispatcher": ["warning", /xdp-dispatcher\.o/],
    },
  },
  {
    name: "a host without libbpf",
    change: { libbpf: { ...GOOD_HOST.libbpf, path: null, version: null } },
    differs: { "libraries.libbpf": ["problem", /apt-get install libbpf1/] },
  },
  {
    name: "a libbpf that lacks symbols",
    change: {
      libbpf: {
        ...GOOD_HOST.libbpf,
        missing: [{ symbol: "bpf_map__reuse_fd", use: "shared maps" }],
      },
    },
    differs: { "libraries.libbpf": ["problem", /without shared maps \(bpf_map__reuse_fd\)/] },
  },
  {
    name: "a process that may not open libraries",
    change: {
      libbpf: { ...GOOD_HOST.libbpf, failure: "the permission --allow-ffi does not name it" },
    },
    differs: { "libraries.libbpf": ["problem", /permission set of the command/] },
  },
  {
    name: "a kernel without jail",
    change: kernel({ landlockAbi: 0, hasSeccomp: false }),
    differs: {
      "jail.landlock": ["warning", /lsm=landlock,/],
      "jail.seccomp": ["problem", /CONFIG_SECCOMP_FILTER=y/],
    },
  },
  {
    name: "a bpffs that is read-only",
    change: { state: { ...GOOD_HOST.state, bpffs: "read-only" } },
    differs: { "state.bpffs": ["problem", /mount -o remount,rw \/run\/bpfman\/fs/] },
  },
  {
    name: "a runtime directory of somebody else",
    change: runtimeDirectory({ uid: 1000 }),
    differs: { "state.runtime-dir": ["problem", /belongs to user 1000.*chown root:root/] },
  },
  {
    name: "a runtime directory that everybody may write to",
    change: runtimeDirectory({ mode: 0o777 }),
    differs: { "state.runtime-dir": ["problem", /mode is 0777.*chmod go-w/] },
  },
  {
    name: "a full disk",
    change: runtimeDirectory({ freeBytes: 4096 }),
    differs: { "state.runtime-dir": ["problem", /16 MiB free/] },
  },
  {
    name: "little space",
    change: runtimeDirectory({ freeBytes: 2 * 1024 * 1024 }),
    differs: { "state.runtime-dir": ["warning", /2 MiB free/] },
  },
  {
    name: "a file system that is read-only",
    change: runtimeDirectory({ isReadOnly: true }),
    differs: { "state.runtime-dir": ["problem", /read-only/] },
  },
  {
    name: "a machine that was never used",
    change: {
      state: {
        ...GOOD_HOST.state,
        runtime: { ...GOOD_HOST.state.runtime, state: "absent", uid: null, mode: null },
        bpffs: "absent",
        images: null,
        units: { isSystemd: true, restore: "absent", applications: 0 },
      },
    },
    differs: {
      "state.runtime-dir": ["not-applicable", /made by the first change/],
      "state.bpffs": ["not-applicable", /first change/],
      "state.images": ["not-applicable", /none/],
      "state.units": ["not-applicable", /no applications/],
    },
  },
  {
    name: "applications that do not come back",
    change: {
      state: {
        ...GOOD_HOST.state,
        units: { isSystemd: true, restore: "absent", applications: 2 },
      },
    },
    differs: { "state.units": ["warning", /bpfman install-unit --enable/] },
  },
  {
    name: "an interrupted change",
    change: {
      status: {
        programs: 1,
        links: 0,
        drift: ["program 7 is half loaded"],
        notes: [],
        holder: null,
      },
    },
    differs: { "state.store": ["problem", /program 7 is half loaded.*bpfman repair/] },
  },
  {
    name: "a store that may not be read",
    change: { status: { failure: 'Cannot read the state in "x"' } },
    differs: {
      "state.store": ["unknown", /Cannot read.*sudo bpfman status/],
      "state.lock": ["unknown", /not known/],
    },
  },
  {
    name: "an image store that is damaged",
    change: { state: { ...GOOD_HOST.state, images: { failure: "its index is no JSON" } } },
    differs: { "state.images": ["problem", /no JSON/] },
  },
  {
    name: "an old root",
    change: { trust: { origin: "embedded", ageDays: 184, expired: [] } },
    differs: { "trust.root": ["warning", /184 day\(s\) old.*bpfman trust update/] },
  },
  {
    name: "an expired root",
    change: { trust: { origin: "update", ageDays: 3, expired: ["transparency-log"] } },
    differs: { "trust.root": ["problem", /nothing counts any more of transparency-log/] },
  },
  {
    name: "a policy that cannot be used",
    change: {
      policy: { path: "/p", state: "invalid", messages: ["line 3: what"], hint: "Correct it" },
    },
    differs: { "trust.policy": ["problem", /line 3: what.*Correct it/] },
  },
  {
    name: "a configuration with an unknown key",
    change: {
      configuration: { path: "/c", state: "valid", messages: ["unknown key"], hint: "Correct /c" },
    },
    differs: { "state.config": ["warning", /unknown key.*Correct \/c/] },
  },
];
