/**
 * What differs between the kinds of projects.
 *
 * @module
 */
import type { ProjectKind } from "./name.ts";
import { NETWORK_SOURCE, PROBE_SOURCE } from "./sources.ts";

/** What the files of a project are filled with, by the words that stand for it in the templates. */
export interface KindWords {
  /** Template of the program. */
  readonly source: string;
  /** Words of the template of the program. */
  readonly program: Readonly<Record<string, string>>;
  /** Arguments of `bpfman attach` after the program's id. */
  readonly attach: string;
  /** What the program does, for people. */
  readonly does: string;
}

const DROPS_UDP = "drops UDP datagrams to one port (`blocked_port`, 9 unless you say otherwise), " +
  "lets all other packets pass, and counts both in the map `verdicts`";

/** The four kinds. */
export const KINDS: Readonly<Record<ProjectKind, KindWords>> = {
  xdp: {
    source: NETWORK_SOURCE,
    program: {
      SECTION: "xdp",
      CONTEXT: "struct xdp_md",
      PASS: "XDP_PASS",
      DROP: "XDP_DROP",
      HEADERS: "",
    },
    attach: "xdp --iface eth0 --priority 50",
    does: DROPS_UDP,
  },
  tc: {
    source: NETWORK_SOURCE,
    program: {
      SECTION: "tc",
      CONTEXT: "struct __sk_buff",
      PASS: "TC_ACT_OK",
      DROP: "TC_ACT_SHOT",
      HEADERS: "#include <linux/pkt_cls.h>\n",
    },
    attach: "tc --iface eth0 --direction ingress --priority 50",
    does: DROPS_UDP,
  },
  kprobe: {
    source: PROBE_SOURCE,
    program: { SECTION: "kprobe", WHAT: "calls of the function that it is attached to" },
    attach: "kprobe --fn-name vfs_unlink",
    does: "counts how often a function of the kernel is called, by process, in the map `calls`",
  },
  tracepoint: {
    source: PROBE_SOURCE,
    program: { SECTION: "tracepoint", WHAT: "events of the tracepoint that it is attached to" },
    attach: "tracepoint --tracepoint sched/sched_process_exec",
    does: "counts the events of a tracepoint, by process, in the map `calls`",
  },
};
