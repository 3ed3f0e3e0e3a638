import { strictEqual } from "node:assert/strict";
import { storeState } from "../../tests/support/records.ts";
import type { HookRecord } from "../chain/record.ts";
import type { AttachTarget, LinkDetails, ProgramType } from "../types.ts";
import { isAsWanted, isAtPlace } from "./places.ts";

const ETH0 = { interface: "eth0", ifindex: 4, netns: null, nsid: 7 } as const;
const XDP: LinkDetails = {
  kind: "xdp",
  ...ETH0,
  priority: 50,
  proceedOn: [2, 31],
  mode: "generic",
  isModeForced: false,
};
const TC: LinkDetails = {
  kind: "tc",
  ...ETH0,
  direction: "ingress",
  priority: 50,
  proceedOn: [3, 30],
  filterPriority: 1,
  filterHandle: 1,
};
const TCX: LinkDetails = { kind: "tcx", ...ETH0, direction: "egress", priority: 50 };
const NETKIT: LinkDetails = { kind: "netkit", ...ETH0, end: "primary", priority: 50 };
const UPROBE: LinkDetails = {
  kind: "uretprobe",
  target: "libc",
  path: "/usr/lib/libc.so.6",
  functionName: "malloc",
  fileOffset: 4096,
  offset: 0,
  pid: 0,
  containerPid: 0,
};
const CGROUP: LinkDetails = {
  kind: "cgroup_skb",
  path: "/sys/fs/cgroup/web",
  cgroupId: 9,
  hook: "ingress",
};
const CONNECT: LinkDetails = { ...CGROUP, kind: "cgroup_sock_addr", hook: "connect4" };
const PERF: LinkDetails = { kind: "perf_event", frequency: 99, pid: 0, cpus: [0, 1] };
const TRACEPOINT: LinkDetails = { kind: "tracepoint", group: "sched", name: "sched_switch" };
const LIBC: AttachTarget = { kind: "uprobe", target: "libc", functionName: "malloc" };

type Case = readonly [
  details: LinkDetails,
  target: AttachTarget,
  expected: boolean,
  attachFunction?: string,
  type?: ProgramType,
];

const PLACES: readonly Case[] = [
  [XDP, { kind: "xdp", interface: "eth0", priority: 1 }, true],
  [XDP, { kind: "xdp", interface: "eth0", priority: 1, netns: "/run/netns/own" }, true],
  [XDP, { kind: "xdp", interface: "eth0", priority: 1, netns: "/run/netns/blue" }, false],
  [XDP, { kind: "xdp", interface: "eth0", priority: 1, netns: "/run/netns/none" }, false],
  [XDP, { kind: "xdp", interface: "eth0", priority: 1, mode: "generic" }, true],
  [XDP, { kind: "xdp", interface: "eth0", priority: 1, mode: "native" }, false],
  [XDP, { kind: "xdp", interface: "eth1", priority: 50 }, false],
  [TC, { kind: "tc", interface: "eth0", direction: "ingress", priority: 1 }, true],
  [TC, { kind: "tc", interface: "eth0", direction: "egress", priority: 50 }, false],
  [TC, { kind: "tcx", interface: "eth0", direction: "ingress", priority: 50 }, false],
  [TCX, { kind: "tcx", interface: "eth0", direction: "egress", priority: 1 }, true],
  [TCX, { kind: "tcx", interface: "eth0", direction: "ingress", priority: 50 }, false],
  [NETKIT, { kind: "netkit", interface: "eth0", priority: 1 }, true],
  [NETKIT, { kind: "netkit", interface: "eth0", priority: 1, end: "peer" }, false],
  [UPROBE, LIBC, true],
  [UPROBE, LIBC, false, "", "uprobe"],
  [UPROBE, { ...LIBC, offset: 4 }, false],
  [UPROBE, { ...LIBC, functionName: "free" }, false],
  [UPROBE, { ...LIBC, target: "/usr/lib/libc.so.6" }, false],
  [UPROBE, { ...LIBC, pid: 1 }, false],
  [UPROBE, { ...LIBC, containerPid: 1 }, false],
  [CGROUP, { kind: "cgroup_skb", path: "web" }, true],
  [CGROUP, { kind: "cgroup_skb", path: "/sys/fs/cgroup/web/" }, true],
  [CGROUP, { kind: "cgroup_skb", path: "/sys/fs/cgroup/db" }, false],
  [CGROUP, { kind: "cgroup_skb", path: "web", direction: "egress" }, false],
  [CONNECT, { kind: "cgroup_sock_addr", path: "web" }, true, "connect4"],
  [CONNECT, { kind: "cgroup_sock_addr", path: "web" }, false, "connect6"],
  [PERF, { kind: "perf_event", frequency: 99 }, true],
  [PERF, { kind: "perf_event", frequency: 98 }, false],
  [PERF, { kind: "perf_event", frequency: 99, pid: 4 }, false],
  [TRACEPOINT, { kind: "tracepoint", group: "sched", name: "sched_switch" }, true],
  [TRACEPOINT, { kind: "tracepoint", group: "irq", name: "sched_switch" }, false],
  [TRACEPOINT, { kind: "tracepoint", group: "sched", name: "sched_wakeup" }, false],
  [
    { kind: "raw_tracepoint", name: "sched_switch" },
    { kind: "raw_tracepoint", name: "sched_switch" },
    true,
  ],
  [
    { kind: "raw_tracepoint", name: "sched_switch" },
    { kind: "raw_tracepoint", name: "sys_enter" },
    false,
  ],
  [
    { kind: "kretprobe", functionName: "vfs_read", offset: 0 },
    { kind: "kprobe", functionName: "vfs_read" },
    true,
  ],
  [
    { kind: "kprobe", functionName: "vfs_read", offset: 0 },
    { kind: "kprobe", functionName: "vfs_read", offset: 8 },
    false,
  ],
  [
    { kind: "kprobe", functionName: "vfs_read", offset: 0 },
    { kind: "kprobe", functionName: "vfs_write" },
    false,
  ],
  [{ kind: "fentry", functionName: "vfs_read" }, { kind: "fentry" }, true, "vfs_read"],
  [{ kind: "fentry", functionName: "vfs_read" }, { kind: "fentry" }, false, "vfs_write"],
  [{ kind: "fexit", functionName: "vfs_read" }, { kind: "fexit" }, true, "vfs_read"],
  [{ kind: "lsm", hookName: "file_open" }, { kind: "lsm" }, true, "file_open"],
  [{ kind: "lsm", hookName: "file_open" }, { kind: "lsm" }, false, "bprm_check"],
];

/** Network namespaces by path; the own one has number 7. */
function namespaceOf(path: string | null): number | null {
  if (path === null || path === "/run/netns/own") return 7;
  return path === "/run/netns/blue" ? 8 : null;
}

for (const [details, target, expected, attachFunction, type] of PLACES) {
  const where = JSON.stringify({ ...target, ...(type && { type }), attachFunction });
  Deno.test(`isAtPlace() is ${expected} for ${details.kind} at ${where}`, () => {
    const program = {
      type: type ?? details.kind,
      ...(attachFunction === undefined ? {} : { attachFunction }),
    };
    strictEqual(isAtPlace(details, { program, target }, namespaceOf), expected);
  });
}

Deno.test("isAtPlace() compares paths of namespaces where nobody tells what they stand for", () => {
  const target = { kind: "xdp", interface: "eth0", priority: 1, netns: "/run/netns/own" } as const;
  const wanted = { program: { type: "xdp" }, target } as const;
  strictEqual(isAtPlace(XDP, wanted), false);
  strictEqual(isAtPlace({ ...XDP, netns: "/run/netns/own" }, wanted), true);
});

const WISHES: readonly (readonly [LinkDetails, AttachTarget, boolean])[] = [
  [XDP, { kind: "xdp", interface: "eth0", priority: 50 }, true],
  [XDP, { kind: "xdp", interface: "eth0", priority: 51 }, false],
  [
    XDP,
    { kind: "xdp", interface: "eth0", priority: 50, proceedOn: ["dispatcher_return", "pass"] },
    true,
  ],
  [XDP, { kind: "xdp", interface: "eth0", priority: 50, proceedOn: ["pass"] }, false],
  [XDP, { kind: "xdp", interface: "eth0", priority: 50, proceedOn: ["pass", "drop"] }, false],
  [XDP, { kind: "xdp", interface: "eth0", priority: 50, engine: "compose" }, true],
  [XDP, { kind: "xdp", interface: "eth0", priority: 50, engine: "freplace" }, false],
  [TC, { kind: "tc", interface: "eth0", direction: "ingress", priority: 50 }, true],
  [
    TC,
    { kind: "tc", interface: "eth0", direction: "ingress", priority: 50, proceedOn: ["ok"] },
    false,
  ],
  [TCX, { kind: "tcx", interface: "eth0", direction: "egress", priority: 50 }, true],
  [TCX, { kind: "tcx", interface: "eth0", direction: "egress", priority: 2 }, false],
  [NETKIT, { kind: "netkit", interface: "eth0", priority: 2 }, false],
  [TRACEPOINT, { kind: "tracepoint", group: "sched", name: "sched_switch" }, true],
];

/** A hook for which compose was asked. */
const HOOK: HookRecord = {
  version: 1,
  hook: { kind: "xdp", ...ETH0 },
  current: {
    revision: 1,
    choice: "compose",
    engine: "direct",
    reason: "",
    members: [],
    mode: "generic",
    isModeForced: false,
    mainProgramId: 10,
    seat: { kind: "xdp", pinPath: "/run/x", kernelLinkId: 1 },
  },
  next: null,
};

for (const [details, target, expected] of WISHES) {
  Deno.test(`isAsWanted() is ${expected} for ${JSON.stringify(target)}`, () => {
    const rows = { ...storeState([]), hooks: new Map([["xdp_7_4", HOOK]]) };
    strictEqual(isAsWanted(rows, { details }, target), expected);
  });
}
