/**
 * What the name of a section says about its programs: type, attach type, target. The names are
 * libbpf's (`section_defs` of libbpf 1.5; 1.7 adds `uprobe.session`).
 *
 * @module
 */

/** What a section name says. */
export interface SectionMeaning {
  /** Kernel's program type in lower case, such as `sched_cls`. */
  readonly type: string;
  /** Expected attach type in lower case, such as `tcx_ingress`; undefined when there is none. */
  readonly attachType: string | undefined;
  /** What follows the first slash: function, hook, tracepoint; undefined when nothing does. */
  readonly target: string | undefined;
  /** True when the program may sleep. */
  readonly isSleepable: boolean;
  /** True when the target is a type in the kernel's BTF. */
  readonly needsBtf: boolean;
  /** True for XDP programs that take packets in several buffers. */
  readonly takesFragments: boolean;
  /** False for `?` names: not loaded unless asked for. */
  readonly isAutoloaded: boolean;
}

/** Pattern (`+`: may be followed by a slash and more), type, attach type, properties. */
const TABLE = `
  socket socket_filter -
  sk_reuseport/migrate sk_reuseport sk_reuseport_select_or_migrate
  sk_reuseport sk_reuseport sk_reuseport_select
  kprobe+ kprobe -
  uprobe+ kprobe -
  uprobe.s+ kprobe - sleepable
  kretprobe+ kprobe -
  uretprobe+ kprobe -
  uretprobe.s+ kprobe - sleepable
  kprobe.multi+ kprobe trace_kprobe_multi
  kretprobe.multi+ kprobe trace_kprobe_multi
  kprobe.session+ kprobe trace_kprobe_session
  uprobe.multi+ kprobe trace_uprobe_multi
  uretprobe.multi+ kprobe trace_uprobe_multi
  uprobe.multi.s+ kprobe trace_uprobe_multi sleepable
  uretprobe.multi.s+ kprobe trace_uprobe_multi sleepable
  ksyscall+ kprobe -
  kretsyscall+ kprobe -
  usdt+ kprobe -
  usdt.s+ kprobe - sleepable
  tc/ingress sched_cls tcx_ingress
  tc/egress sched_cls tcx_egress
  tcx/ingress sched_cls tcx_ingress
  tcx/egress sched_cls tcx_egress
  tc sched_cls -
  classifier sched_cls -
  action sched_act -
  netkit/primary sched_cls netkit_primary
  netkit/peer sched_cls netkit_peer
  tracepoint+ tracepoint -
  tp+ tracepoint -
  raw_tracepoint+ raw_tracepoint -
  raw_tp+ raw_tracepoint -
  raw_tracepoint.w+ raw_tracepoint_writable -
  raw_tp.w+ raw_tracepoint_writable -
  tp_btf+ tracing trace_raw_tp btf
  fentry+ tracing trace_fentry btf
  fmod_ret+ tracing modify_return btf
  fexit+ tracing trace_fexit btf
  fentry.s+ tracing trace_fentry sleepable btf
  fmod_ret.s+ tracing modify_return sleepable btf
  fexit.s+ tracing trace_fexit sleepable btf
  freplace+ ext - btf
  lsm+ lsm lsm_mac btf
  lsm.s+ lsm lsm_mac sleepable btf
  lsm_cgroup+ lsm lsm_cgroup btf
  iter+ tracing trace_iter btf
  iter.s+ tracing trace_iter sleepable btf
  syscall syscall - sleepable
  xdp.frags/devmap xdp xdp_devmap frags
  xdp/devmap xdp xdp_devmap
  xdp.frags/cpumap xdp xdp_cpumap frags
  xdp/cpumap xdp xdp_cpumap
  xdp.frags xdp xdp frags
  xdp xdp xdp
  perf_event perf_event -
  lwt_in lwt_in -
  lwt_out lwt_out -
  lwt_xmit lwt_xmit -
  lwt_seg6local lwt_seg6local -
  sockops sock_ops cgroup_sock_ops
  sk_skb/stream_parser sk_skb sk_skb_stream_parser
  sk_skb/stream_verdict sk_skb sk_skb_stream_verdict
  sk_skb/verdict sk_skb sk_skb_verdict
  sk_skb sk_skb -
  sk_msg sk_msg sk_msg_verdict
  lirc_mode2 lirc_mode2 lirc_mode2
  flow_dissector flow_dissector flow_dissector
  cgroup_skb/ingress cgroup_skb cgroup_inet_ingress
  cgroup_skb/egress cgroup_skb cgroup_inet_egress
  cgroup/skb cgroup_skb -
  cgroup/sock_create cgroup_sock cgroup_inet_sock_create
  cgroup/sock_release cgroup_sock cgroup_inet_sock_release
  cgroup/sock cgroup_sock cgroup_inet_sock_create
  cgroup/post_bind4 cgroup_sock cgroup_inet4_post_bind
  cgroup/post_bind6 cgroup_sock cgroup_inet6_post_bind
  cgroup/bind4 cgroup_sock_addr cgroup_inet4_bind
  cgroup/bind6 cgroup_sock_addr cgroup_inet6_bind
  cgroup/connect4 cgroup_sock_addr cgroup_inet4_connect
  cgroup/connect6 cgroup_sock_addr cgroup_inet6_connect
  cgroup/connect_unix cgroup_sock_addr cgroup_unix_connect
  cgroup/sendmsg4 cgroup_sock_addr cgroup_udp4_sendmsg
  cgroup/sendmsg6 cgroup_sock_addr cgroup_udp6_sendmsg
  cgroup/sendmsg_unix cgroup_sock_addr cgroup_unix_sendmsg
  cgroup/recvmsg4 cgroup_sock_addr cgroup_udp4_recvmsg
  cgroup/recvmsg6 cgroup_sock_addr cgroup_udp6_recvmsg
  cgroup/recvmsg_unix cgroup_sock_addr cgroup_unix_recvmsg
  cgroup/getpeername4 cgroup_sock_addr cgroup_inet4_getpeername
  cgroup/getpeername6 cgroup_sock_addr cgroup_inet6_getpeername
  cgroup/getpeername_unix cgroup_sock_addr cgroup_unix_getpeername
  cgroup/getsockname4 cgroup_sock_addr cgroup_inet4_getsockname
  cgroup/getsockname6 cgroup_sock_addr cgroup_inet6_getsockname
  cgroup/getsockname_unix cgroup_sock_addr cgroup_unix_getsockname
  cgroup/sysctl cgroup_sysctl cgroup_sysctl
  cgroup/getsockopt cgroup_sockopt cgroup_getsockopt
  cgroup/setsockopt cgroup_sockopt cgroup_setsockopt
  cgroup/dev cgroup_device cgroup_device
  struct_ops+ struct_ops -
  struct_ops.s+ struct_ops - sleepable
  sk_lookup sk_lookup sk_lookup
  netfilter netfilter netfilter
  uprobe.session+ kprobe trace_uprobe_session
  uprobe.session.s+ kprobe trace_uprobe_session sleepable
`;

interface Row {
  readonly prefix: string;
  readonly isOpen: boolean;
  readonly type: string;
  readonly attachType: string | undefined;
  readonly properties: ReadonlySet<string>;
}

const ROWS: readonly Row[] = TABLE.trim().split("\n").map((line) => {
  const [pattern = "", type = "", attachType = "-", ...properties] = line.trim().split(" ");
  const isOpen = pattern.endsWith("+");
  return {
    prefix: isOpen ? pattern.slice(0, -1) : pattern,
    isOpen,
    type,
    attachType: attachType === "-" ? undefined : attachType,
    properties: new Set(properties),
  };
});

function matches(row: Row, name: string): boolean {
  return name === row.prefix || row.isOpen && name.startsWith(`${row.prefix}/`);
}

/**
 * What a section name says about its programs.
 *
 * @param section Name of the section, such as `tracepoint/syscalls/sys_enter_openat`.
 * @returns Undefined when libbpf does not know the name: the type must then be given.
 */
export function sectionMeaning(section: string): SectionMeaning | undefined {
  const isAutoloaded = !section.startsWith("?");
  const name = isAutoloaded ? section : section.slice(1);
  const row = ROWS.find((candidate) => matches(candidate, name));
  if (row === undefined) return undefined;
  const slash = name.indexOf("/");
  return {
    type: row.type,
    attachType: row.attachType,
    target: row.isOpen && slash >= 0 ? name.slice(slash + 1) : undefined,
    isSleepable: row.properties.has("sleepable"),
    needsBtf: row.properties.has("btf"),
    takesFragments: row.properties.has("frags"),
    isAutoloaded,
  };
}

/** Beginnings of section names with the word that image labels have for them. */
const LABEL_WORDS: readonly (readonly [prefix: string, word: string])[] = [
  ["kretprobe", "kretprobe"],
  ["kprobe", "kprobe"],
  ["uretprobe", "uretprobe"],
  ["uprobe", "uprobe"],
  ["tracepoint", "tracepoint"],
  ["fentry", "fentry"],
  ["fexit", "fexit"],
  // the peers' specification has no words for these; ours are those that loads take
  ["lsm/", "lsm"],
  ["lsm.s/", "lsm"],
  ["tp/", "tracepoint"],
  ["raw_tp/", "raw_tracepoint"],
  ["raw_tracepoint/", "raw_tracepoint"],
  ["netkit/", "netkit"],
  ["cgroup_skb/", "cgroup_skb"],
  ["cgroup/skb", "cgroup_skb"],
  ["cgroup/bind", "cgroup_sock_addr"],
  ["cgroup/connect", "cgroup_sock_addr"],
  ["cgroup/sendmsg", "cgroup_sock_addr"],
  ["cgroup/recvmsg", "cgroup_sock_addr"],
  ["cgroup/getpeername", "cgroup_sock_addr"],
  ["cgroup/getsockname", "cgroup_sock_addr"],
  ["perf_event", "perf_event"],
  ["xdp", "xdp"],
  ["tcx", "tcx"],
  ["tc", "tc"],
  ["classifier", "tc"],
];

/**
 * The program type in the words of bpfman's image labels.
 *
 * @param section Name of the section.
 * @returns Undefined for types that the labels have no word for.
 */
export function labelTypeOf(section: string): string | undefined {
  const name = section.startsWith("?") ? section.slice(1) : section;
  return LABEL_WORDS.find(([prefix]) => name.startsWith(prefix))?.[1];
}
