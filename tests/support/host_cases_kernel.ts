/**
 * Hosts with other kernels, and the checks that differ then.
 *
 * @module
 */
import {
  caller,
  everyType,
  type HostCase,
  kernel,
  loadsEnding,
  probes,
  setting,
} from "./host_changes.ts";
import { GOOD_HOST } from "./sample_host.ts";

const EPERM = 1;
const EINVAL = 22;

/** Hosts whose kernel or its settings differ. */
export const KERNEL_CASES: readonly HostCase[] = [
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
    name: "a kernel whose sysfs is not mounted",
    change: kernel({
      hasBtf: false,
      hasKprobes: false,
      hasUprobes: false,
      mounts: GOOD_HOST.kernel.mounts?.filter(({ type }) => type !== "sysfs") ?? null,
    }),
    differs: {
      "kernel.btf": ["warning", /^hidden: sysfs is not mounted.*mount -t sysfs sysfs \/sys$/],
      ...Object.fromEntries(
        ["kprobe", "kretprobe", "uprobe", "uretprobe", "fentry", "fexit", "lsm"].map((type) => [
          `programs.${type}`,
          ["warning", /sysfs is not mounted.*mount -t sysfs sysfs \/sys$/] as const,
        ]),
      ),
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
    name: "settings that a network namespace of its own does not have",
    change: setting({ jitEnable: null }),
    differs: { "kernel.jit": ["unknown", /nsenter --net=\/proc\/1\/ns\/net/] },
  },
  {
    name: "settings that are hidden",
    change: { ...setting({ jitEnable: null, perfParanoid: null }), ...caller({ uid: 1000 }) },
    differs: {
      "kernel.jit": ["unknown", /sudo bpfman doctor/],
      "kernel.perf": ["unknown", /hidden/],
    },
  },
];
