/**
 * The one table of capabilities: what the kernel asks for, for each program type, place and
 * situation. `tests/kernel/privileges_test.ts` holds it against kernels.
 *
 * CAP_SYS_ADMIN stands in for CAP_BPF and CAP_PERFMON wherever the kernel asks for these
 * (`bpf_capable`, `perfmon_capable` in linux/capability.h), never for CAP_NET_ADMIN of netlink.
 *
 * @module
 */
import type { LinkKind, ProgramType } from "../types/words.ts";
import type { CapabilityNeed, Situation } from "./types.ts";

const LOAD_BPF: CapabilityNeed = {
  capability: "CAP_BPF",
  scope: "every",
  rule: "bpf(BPF_PROG_LOAD, BPF_MAP_CREATE, BPF_BTF_LOAD): bpf_prog_load, map_create → bpf_capable",
  why: "programs, maps and types are made by those who may use BPF",
};

const LOAD_NETWORK: CapabilityNeed = {
  capability: "CAP_NET_ADMIN",
  scope: "every",
  rule: "bpf(BPF_PROG_LOAD): bpf_prog_load → is_net_admin_prog_type",
  why: "the type sees and changes traffic",
};

const LOAD_TRACING: CapabilityNeed = {
  capability: "CAP_PERFMON",
  scope: "every",
  rule: "bpf(BPF_PROG_LOAD): bpf_prog_load → is_perfmon_prog_type",
  why: "the type sees what the kernel and all processes do",
};

const VERIFIER_PERFMON: CapabilityNeed = {
  capability: "CAP_PERFMON",
  scope: "some",
  rule:
    "bpf(BPF_PROG_LOAD): bpf_check → bpf_allow_ptr_leaks, bpf_bypass_spec_v1, bpf_bypass_spec_v4",
  why: "without it the verifier refuses programs that calculate with pointers (such as " +
    "data_end - data) or call helpers that read the kernel, and adds instructions to the others",
};

const NETWORK = [LOAD_BPF, LOAD_NETWORK, VERIFIER_PERFMON] as const;
const TRACING = [LOAD_BPF, LOAD_TRACING] as const;

/** Loading a program, by its type. */
export const LOAD_NEEDS: Readonly<Record<ProgramType, readonly CapabilityNeed[]>> = {
  xdp: NETWORK,
  tc: NETWORK,
  tcx: NETWORK,
  netkit: NETWORK,
  // the kernel asks about CAP_NET_ADMIN when such a program is attached
  cgroup_skb: [
    { ...LOAD_BPF, unless: "kernel.unprivileged_bpf_disabled is 0" },
    VERIFIER_PERFMON,
  ],
  cgroup_sock_addr: NETWORK,
  tracepoint: TRACING,
  raw_tracepoint: TRACING,
  kprobe: TRACING,
  kretprobe: TRACING,
  uprobe: TRACING,
  uretprobe: TRACING,
  fentry: TRACING,
  fexit: TRACING,
  lsm: TRACING,
  perf_event: TRACING,
};

function chainNeed({ capability, rule }: CapabilityNeed, why: string): CapabilityNeed {
  return { capability, scope: "some", rule, why };
}

const JOIN = "where several programs share the hook, a program that calls them is loaded";

/** Loading the program that calls the members of a chain. */
const CHAIN: readonly CapabilityNeed[] = [
  chainNeed(LOAD_BPF, JOIN),
  chainNeed(LOAD_NETWORK, JOIN),
  chainNeed(VERIFIER_PERFMON, `${JOIN}; the verifier looks at them once more`),
];

const FILTERS: CapabilityNeed = {
  capability: "CAP_NET_ADMIN",
  scope: "every",
  rule: "sendto(AF_NETLINK): rtnetlink_rcv_msg → netlink_net_capable",
  why: "filters and queueing disciplines are made by messages to the network",
};

const PARANOID_CPU: CapabilityNeed = {
  capability: "CAP_PERFMON",
  scope: "every",
  rule: "perf_event_open: perf_allow_kernel, perf_allow_cpu → perfmon_capable",
  why: "the event covers the kernel and every process of a processor",
  unless: "kernel.perf_event_paranoid is -1",
  perf: "usual",
};

/** A change that Debian and others make to the kernel, and their setting 3. */
const RESTRICTED_PERF: CapabilityNeed = {
  capability: "CAP_SYS_ADMIN",
  scope: "every",
  rule: "perf_event_open: perf_paranoid_any → capable(CAP_SYS_ADMIN)",
  why: "the kernels of Debian and others take perf events away from everybody else",
  unless: "kernel.perf_event_paranoid is at most 2",
  perf: "restricted",
};

const KPROBE: CapabilityNeed = {
  capability: "CAP_PERFMON",
  scope: "every",
  rule: "perf_event_open: perf_kprobe_event_init → perfmon_capable",
  why: "a breakpoint is put into the kernel",
  perf: "usual",
};

const UPROBE: CapabilityNeed = {
  capability: "CAP_SYS_ADMIN",
  scope: "every",
  rule: "perf_event_open: perf_uprobe_event_init → capable(CAP_SYS_ADMIN)",
  why: "a breakpoint is put into a file that any process may run",
};

const CGROUP_PACKETS: CapabilityNeed = {
  capability: "CAP_NET_ADMIN",
  scope: "every",
  rule: "bpf(BPF_LINK_CREATE): link_create → bpf_prog_attach_check_attach_type",
  why: "the type is not asked about at load",
};

/** Making a link, by its kind. Where the list is empty, holding the program and the place is enough. */
export const ATTACH_NEEDS: Readonly<Record<LinkKind, readonly CapabilityNeed[]>> = {
  xdp: CHAIN,
  tc: [FILTERS, ...CHAIN.filter(({ capability }) => capability !== "CAP_NET_ADMIN")],
  tcx: [],
  netkit: [],
  cgroup_skb: [CGROUP_PACKETS],
  cgroup_sock_addr: [],
  tracepoint: [PARANOID_CPU, RESTRICTED_PERF],
  raw_tracepoint: [],
  kprobe: [KPROBE, RESTRICTED_PERF],
  kretprobe: [KPROBE, RESTRICTED_PERF],
  uprobe: [UPROBE],
  uretprobe: [UPROBE],
  fentry: [],
  fexit: [],
  lsm: [],
  perf_event: [PARANOID_CPU, RESTRICTED_PERF],
};

/** Cutting a link, or changing its place in a chain. Pins are files: their owner may remove them. */
export const DETACH_NEEDS: Readonly<Partial<Record<LinkKind, readonly CapabilityNeed[]>>> = {
  xdp: ATTACH_NEEDS.xdp,
  tc: ATTACH_NEEDS.tc,
};

function situation(capability: CapabilityNeed["capability"], rule: string, why: string) {
  return { capability, scope: "some", rule, why } as const;
}

const BY_ID = "bpf(BPF_PROG_GET_FD_BY_ID): bpf_prog_get_fd_by_id → capable(CAP_SYS_ADMIN)";

/** What comes on top, by situation. */
export const SITUATION_NEEDS: Readonly<Record<Situation, readonly CapabilityNeed[]>> = {
  firstUse: [
    situation(
      "CAP_SYS_ADMIN",
      "mount: path_mount → may_mount",
      "a bpffs is mounted in the runtime directory, and tracefs where nobody did; once",
    ),
  ],
  netns: [
    situation(
      "CAP_SYS_ADMIN",
      "setns: netns_install → ns_capable(CAP_SYS_ADMIN)",
      "the interface is found from within its network namespace",
    ),
  ],
  foreignProcess: [
    situation(
      "CAP_SYS_PTRACE",
      "openat(/proc/PID/root, /proc/PID/maps): ptrace_may_access",
      "files and libraries of a process with another user or more capabilities are looked at",
    ),
  ],
  mapGroup: [
    situation(
      "CAP_CHOWN",
      "fchownat: setattr_prepare → chgrp_ok",
      "pinned maps are given to a group that this process is not in",
    ),
  ],
  kernelSymbols: [
    situation(
      "CAP_SYSLOG",
      "openat(/proc/kallsyms): kallsyms_show_value",
      "without it the kernel shows every address as 0",
    ),
  ],
  moduleTarget: [
    situation(
      "CAP_SYS_ADMIN",
      "bpf(BPF_BTF_GET_FD_BY_ID): bpf_btf_get_fd_by_id → capable(CAP_SYS_ADMIN)",
      "types of modules are found by their ids",
    ),
  ],
  extensions: [
    situation(
      "CAP_SYS_ADMIN",
      BY_ID,
      "extension programs that run already are found by their ids",
    ),
  ],
  libxdp: [
    situation("CAP_SYS_ADMIN", BY_ID, "programs that others attached are opened by id"),
    situation("CAP_NET_ADMIN", FILTERS.rule, "libxdp attaches by a message to the network"),
  ],
};
