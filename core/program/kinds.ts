/**
 * What each program type means to the kernel: its numbers, the sections it is written in. The
 * capabilities that loading needs are in `core/privileges`.
 *
 * @module
 */
import type { ProgramType } from "../types.ts";

/** A program type as the kernel sees it. */
export interface ProgramKind {
  /** `enum bpf_prog_type` (uapi/linux/bpf.h). */
  readonly type: number;
  /** `enum bpf_attach_type` at load, 0 for none. */
  readonly expectedAttachType: number;
  /** Types that share sections, so that one may be declared for the other. */
  readonly family: string;
  /** True when the target in the kernel is fixed at load. */
  readonly hasTarget: boolean;
}

function kind(
  type: number,
  family: string,
  target = { expectedAttachType: 0, hasTarget: false },
): ProgramKind {
  return { type, family, ...target };
}

function traced(type: number, family: string, expectedAttachType: number): ProgramKind {
  return kind(type, family, { expectedAttachType, hasTarget: true });
}

/** Kernel numbers by our word (enum bpf_prog_type, enum bpf_attach_type). */
export const PROGRAM_KINDS: Readonly<Record<ProgramType, ProgramKind>> = {
  xdp: kind(6, "xdp", { expectedAttachType: 37, hasTarget: false }),
  tc: kind(3, "tc"),
  tcx: kind(3, "tc"),
  tracepoint: kind(5, "tracepoint"),
  kprobe: kind(2, "kprobe"),
  kretprobe: kind(2, "kprobe"),
  uprobe: kind(2, "uprobe"),
  uretprobe: kind(2, "uprobe"),
  fentry: traced(26, "fentry", 24),
  fexit: traced(26, "fexit", 25),
  lsm: traced(29, "lsm", 27),
  raw_tracepoint: kind(17, "raw_tracepoint"),
  netkit: kind(3, "tc"),
  cgroup_skb: kind(8, "cgroup_skb"),
  cgroup_sock_addr: kind(18, "cgroup_sock_addr"),
  perf_event: kind(7, "perf_event"),
};

/** `enum bpf_attach_type` of cgroup_sock_addr programs by the call that they see. */
export const SOCK_ADDR_HOOKS: Readonly<Record<string, number>> = {
  bind4: 8,
  bind6: 9,
  connect4: 10,
  connect6: 11,
  sendmsg4: 14,
  sendmsg6: 15,
  recvmsg4: 19,
  recvmsg6: 20,
  getpeername4: 29,
  getpeername6: 30,
  getsockname4: 31,
  getsockname6: 32,
};

/** First word of a section to family; longest words first where one begins another. */
const SECTION_FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^xdp(\.|\/|$)/, "xdp"],
  [/^(tcx?|classifier|action|netkit)(\/|$)/, "tc"],
  [/^(tracepoint|tp)(\/|$)/, "tracepoint"],
  [/^k(ret)?probe(\.|\/|$)/, "kprobe"],
  [/^u(ret)?probe(\.s)?(\/|$)/, "uprobe"],
  [/^fentry(\.s)?(\/|$)/, "fentry"],
  [/^fexit(\.s)?(\/|$)/, "fexit"],
  [/^lsm(\.s)?(\/|$)/, "lsm"],
  [/^raw_(tp|tracepoint)(\/|$)/, "raw_tracepoint"],
  [/^cgroup(_skb\/|\/skb$)/, "cgroup_skb"],
  [/^cgroup\/(bind|connect|sendmsg|recvmsg|getpeername|getsockname)[46]$/, "cgroup_sock_addr"],
  [/^perf_event(\/|$)/, "perf_event"],
  [
    /^(raw_tp|raw_tracepoint|tp_btf|cgroup|sk_|sock|struct_ops|iter|netfilter|lwt_|flow_)/,
    "other",
  ],
];

/**
 * The family that a section's name declares.
 *
 * @param section Name of the ELF section.
 * @returns The family; null when the name tells nothing, so that the user's word counts.
 */
export function familyOfSection(section: string): string | null {
  return SECTION_FAMILIES.find(([pattern]) => pattern.test(section))?.[1] ?? null;
}

/**
 * The call that a cgroup_sock_addr program is written for, from its section.
 *
 * @param section Name of the ELF section, such as `cgroup/connect4`.
 * @returns Such as `connect4`; null when the section does not tell.
 */
export function sockAddrHook(section: string): string | null {
  const hook = section.slice(section.indexOf("/") + 1);
  return Object.hasOwn(SOCK_ADDR_HOOKS, hook) ? hook : null;
}
