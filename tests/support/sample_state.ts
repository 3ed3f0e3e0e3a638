/**
 * The programs and links of a machine that is not there.
 *
 * @module
 */
import type { LinkView, ProgramView } from "../../core/types.ts";
import {
  detailsOf,
  sampleLink,
  sampleProgram,
  sampleProgramInfo,
  sampleRecord,
} from "./sample_views.ts";

/** An XDP link in a chain. */
export const XDP_LINK = sampleLink(1, detailsOf({ kind: "xdp", interface: "v0", priority: 10 }), {
  application: "shop",
});
/** A link on an interface that libxdp shares with others. */
export const SHARED_LINK = sampleLink(
  8,
  detailsOf({ kind: "xdp", interface: "v9", priority: 50 }),
  {
    chain: {
      engine: "libxdp",
      choice: "auto",
      reason: "a dispatcher of libxdp is on the interface",
      revision: 2,
      mainProgramId: 95,
      length: 1,
      runs: null,
    },
  },
);
/** Links of every kind of detail. */
export const LINKS: readonly LinkView[] = [
  XDP_LINK,
  sampleLink(
    2,
    detailsOf({
      kind: "tcx",
      interface: "v1",
      direction: "egress",
      priority: 0,
      netns: "/run/netns/x",
    }),
    { programId: 64, functionName: "shape", position: 1 },
  ),
  sampleLink(3, detailsOf({ kind: "tracepoint", group: "sched", name: "sched_switch" }), {
    programId: 65,
    functionName: "switches",
  }),
  sampleLink(
    4,
    {
      kind: "uretprobe",
      target: "libc",
      path: "/usr/lib/libc.so.6",
      fileOffset: 0x1010,
      functionName: "malloc",
      offset: 16,
      pid: 4711,
      containerPid: 0,
    },
    {
      programId: 66,
      functionName: "",
      kernel: null,
      isKernelSeen: false,
      isPinPresent: false,
      problem: "process-gone",
    },
  ),
];

/** Programs with and without what the kernel says of them. */
export const PROGRAMS: readonly ProgramView[] = [
  sampleProgram(
    sampleRecord(63, {
      globals: { sampling: "AQAAAA==" },
      metadata: { owner: "a", "bpfman.io/application": "shop" },
    }),
    { links: [XDP_LINK], kernel: sampleProgramInfo(63, { runCount: 5n, runTimeNs: 1234n }) },
  ),
  // Gone from the kernel, with pins missing and maps shared.
  sampleProgram(sampleRecord(64, { name: "shape", type: "tcx", mapOwnerId: 63 }), {
    kernel: null,
    loadedAt: null,
    isPinned: false,
    mapUsedBy: [63, 64],
    maps: [{ info: null, name: "counters", pinPath: null, isPinned: false }],
  }),
  sampleProgram(
    sampleRecord(65, { name: "probe", type: "fentry", attachFunction: "vfs_unlink" }),
    { maps: [], kernel: sampleProgramInfo(65, { type: 26, isRestricted: true, memlock: null }) },
  ),
];
