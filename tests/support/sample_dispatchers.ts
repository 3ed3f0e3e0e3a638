/**
 * Hooks with chains for tests that need no kernel.
 *
 * @module
 */
import type { DispatcherView } from "../../core/types.ts";

const NSID = 4026531840;

/** A chain of two on XDP, and one program alone on TC. */
export const DISPATCHERS: readonly DispatcherView[] = [
  {
    key: { type: "xdp", nsid: NSID, ifindex: 4 },
    hook: { kind: "xdp", interface: "v0", ifindex: 4, netns: null, nsid: NSID },
    chain: {
      revision: 3,
      choice: "auto",
      engine: "compose",
      reason: "it runs on every kernel",
      members: [
        { linkId: 5, programId: 64, priority: 10, proceedOn: [1, 2] },
        { linkId: 1, programId: 63, priority: 50, proceedOn: [2, 31] },
      ],
      mode: "native",
      isModeForced: false,
      mainProgramId: 90,
      seat: {
        kind: "xdp",
        pinPath: "/run/bpfman/fs/xdp/dispatcher_4026531840_4_link",
        kernelLinkId: 7,
      },
    },
    members: [
      {
        member: { linkId: 5, programId: 64, priority: 10, proceedOn: [1, 2] },
        position: 0,
        link: null,
        functionName: "shape",
        runs: 1200n,
      },
      {
        member: { linkId: 1, programId: 63, priority: 50, proceedOn: [2, 31] },
        position: 1,
        link: null,
        functionName: "count_packets",
        runs: 1100n,
      },
    ],
    foreign: [],
  },
  {
    key: { type: "tc-egress", nsid: 4026532177, ifindex: 2 },
    hook: {
      kind: "tc",
      direction: "egress",
      interface: "v1",
      ifindex: 2,
      netns: "/run/netns/x",
      nsid: 4026532177,
    },
    chain: {
      revision: 1,
      choice: "freplace",
      engine: "direct",
      reason: "one program alone needs no dispatcher",
      members: [{ linkId: 6, programId: 65, priority: 50, proceedOn: [3, 30] }],
      mode: null,
      isModeForced: false,
      mainProgramId: 65,
      seat: { kind: "tc", filterPriority: 50, filterHandle: 1, hasMadeClsact: true },
    },
    members: [
      {
        member: { linkId: 6, programId: 65, priority: 50, proceedOn: [3, 30] },
        position: 0,
        link: null,
        functionName: "stats",
        runs: null,
      },
    ],
    foreign: [],
  },
  {
    key: { type: "xdp", nsid: NSID, ifindex: 9 },
    hook: { kind: "xdp", interface: "v9", ifindex: 9, netns: null, nsid: NSID },
    chain: {
      revision: 2,
      choice: "auto",
      engine: "libxdp",
      reason: "a dispatcher of libxdp is on the interface",
      members: [{ linkId: 8, programId: 63, priority: 50, proceedOn: [2, 31] }],
      mode: "generic",
      isModeForced: false,
      mainProgramId: 95,
      seat: { kind: "libxdp", programs: [{ linkId: 8, kernelProgramId: 94 }] },
    },
    members: [
      {
        member: { linkId: 8, programId: 63, priority: 50, proceedOn: [2, 31] },
        position: 1,
        link: null,
        functionName: "count_packets",
        runs: null,
      },
    ],
    foreign: [
      { programId: 91, name: "xdp_filter", position: 0, priority: 10, proceedOn: [2, 31] },
      { programId: 92, name: "xdp_last", position: 2, priority: 60, proceedOn: [1, 31] },
    ],
  },
];
