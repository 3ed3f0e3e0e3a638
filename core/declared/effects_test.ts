import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  APP,
  declaredLink,
  declaredProgram,
  sampleApplication,
  sampleObject,
  samplePlan,
  wanted,
  XDP,
} from "../../tests/support/declared.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import type { HookRecord } from "../chain/record.ts";
import type { StoreState } from "../store/state.ts";
import type { AttachTarget, LinkDetails, ProgramType } from "../types.ts";
import { chainEffects } from "./chain_effects.ts";
import { describeTarget } from "./describe_target.ts";
import type { ChainPlace } from "./effect_types.ts";
import { effectsOf } from "./effects.ts";
import { linkChanges } from "./link_changes.ts";
import { capabilitiesOf } from "./needs.ts";
import { planApplication } from "./plan.ts";
import type { ApplicationPlan, DesiredProgram } from "./types.ts";

const OLD = "sha256:0123";
const BYHAND = { details: declaredLink(1, 1).details };

function lines(places: readonly ChainPlace[] = []): string[] {
  return places.map(({ mark, priority, program, programId, isNewVersion }) =>
    `${mark} ${priority} ${program} ${programId}${isNewVersion ? " new version" : ""}`
  );
}

function onXdp(id: number, program: number, priority: number, nsid = 7) {
  return {
    ...linkRecord(id, program),
    details: { ...BYHAND.details, priority, nsid } as LinkDetails,
  };
}

Deno.test("chainEffects() leaves out hooks that stay as they are", () => {
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10)]);
  deepStrictEqual(chainEffects({ plans: [samplePlan([wanted([XDP])], rows)], rows }), []);
});

Deno.test("chainEffects() puts a new program behind all that have its priority", () => {
  const rows = storeState([programRecord(9), programRecord(8)], [onXdp(1, 9, 50), onXdp(2, 8, 40)]);
  const [chain] = chainEffects({ plans: [samplePlan([wanted([XDP])], rows)], rows });
  deepStrictEqual(lines(chain?.before), ["same 40 program_8 8", "same 50 program_9 9"]);
  deepStrictEqual(lines(chain?.after), [
    "same 40 program_8 8",
    "same 50 program_9 9",
    "new 50 guard null",
  ]);
});

Deno.test("chainEffects() shows who runs a new version, links by hand included", () => {
  const rows = storeState([declaredProgram(10, { objectDigest: OLD })], [
    declaredLink(1, 10),
    onXdp(2, 10, 20),
  ]);
  const [chain] = chainEffects({ plans: [samplePlan([wanted([XDP])], rows)], rows });
  deepStrictEqual(lines(chain?.before), ["changed 20 guard 10", "changed 50 guard 10"]);
  deepStrictEqual(lines(chain?.after), [
    "changed 20 guard null new version",
    "changed 50 guard null new version",
  ]);
});

Deno.test("chainEffects() takes two names of one network namespace for one hook", () => {
  const rows = storeState([programRecord(9)], [onXdp(1, 9, 10, 8)]);
  const target = { ...XDP, netns: "/run/netns/blue" };
  const plans = [samplePlan([wanted([target])], rows)];
  const namespaceOf = (path: string | null) => path === "/run/netns/blue" ? 8 : 7;
  strictEqual(chainEffects({ plans, rows, namespaceOf }).length, 1);
  strictEqual(chainEffects({ plans, rows, namespaceOf })[0]?.after.length, 2);
  // a namespace that is not there is no other hook's
  const gone = chainEffects({ plans, rows, namespaceOf: () => null });
  deepStrictEqual(gone.map(({ after, netns }) => [lines(after), netns]), [
    [["new 50 guard null"], "/run/netns/blue"],
  ]);
});

Deno.test("chainEffects() keeps sides apart, and has those of TCX and netkit", () => {
  const targets: AttachTarget[] = [
    { kind: "tcx", interface: "eth0", direction: "ingress", priority: 1 },
    { kind: "tcx", interface: "eth0", direction: "egress", priority: 1 },
    { kind: "netkit", interface: "nk0", priority: 1 },
  ];
  const rows = storeState([]);
  const plans = [samplePlan([wanted(targets)], rows)];
  deepStrictEqual(
    chainEffects({ plans, rows }).map((chain) => [chain.kind, chain.interface, chain.side]),
    [["tcx", "eth0", "egress"], ["tcx", "eth0", "ingress"], ["netkit", "nk0", "primary"]],
  );
});

Deno.test("chainEffects() brings two applications on one hook together", () => {
  const rows = storeState([]);
  const other = planApplication({
    name: "other",
    desired: sampleApplication("other", {
      programs: [wanted([{ ...XDP, priority: 5 }], { name: "first" })],
    }),
    object: sampleObject(),
    rows,
    last: null,
    owner: "default",
    createdAt: "2026-11-22T10:00:00.000Z",
    createdBy: "root",
  });
  const [chain] = chainEffects({ plans: [samplePlan([wanted([XDP])], rows), other], rows });
  deepStrictEqual(lines(chain?.after), ["new 5 first null", "new 50 guard null"]);
  deepStrictEqual(chain?.after.map(({ application }) => application), ["other", APP]);
});

Deno.test("chainEffects() shows links by hand that go with their program", () => {
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10), onXdp(2, 10, 20)]);
  const [chain] = chainEffects({ plans: [samplePlan(null, rows)], rows });
  deepStrictEqual(lines(chain?.before), ["gone 20 guard 10", "gone 50 guard 10"]);
  deepStrictEqual(chain?.after, []);
});

Deno.test("effectsOf() names links by hand that go with their program", () => {
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10), linkRecord(2, 10)]);
  const plan = samplePlan(null, rows);
  const { applications: [effect] } = effectsOf({
    applications: [{ plan, last: null, verdict: null }],
    rows,
  });
  deepStrictEqual(effect?.cutByHand, [2]);
  strictEqual(effect?.isDeleted, true);
  deepStrictEqual(effect?.programs.map(({ from, to }) => [from, to]), [
    [sampleObject().objectDigest, null],
  ]);
});

const HOOK: HookRecord = {
  version: 1,
  hook: { kind: "xdp", interface: "eth0", ifindex: 4, netns: null, nsid: 7 },
  current: {
    revision: 1,
    choice: "auto",
    engine: "freplace",
    reason: "",
    members: [],
    mode: "native",
    isModeForced: false,
    mainProgramId: 10,
    seat: { kind: "xdp", pinPath: "/run/x", kernelLinkId: 1 },
  },
  next: null,
};

Deno.test("linkChanges() says what changes and nothing else", () => {
  const rows = { ...storeState([]), hooks: new Map([["xdp_7_4", HOOK]]) };
  const { details } = declaredLink(1, 10);
  deepStrictEqual(linkChanges(rows, details, XDP), []);
  deepStrictEqual(linkChanges(rows, details, { ...XDP, priority: 1, proceedOn: ["drop"] }), [
    "priority 50 -> 1",
    "proceed-on pass,dispatcher_return -> drop",
  ]);
  deepStrictEqual(linkChanges(rows, details, { ...XDP, engine: "compose" }), [
    "engine auto -> compose",
  ]);
});

function needs(plan: ApplicationPlan, rows: StoreState): string {
  return capabilitiesOf([plan], rows, { isPerfRestricted: false, isGated: false }).join(" ");
}

function onlyOn(type: ProgramType, target: AttachTarget, more: Partial<DesiredProgram> = {}) {
  return samplePlan([wanted([target], { type, ...more })], storeState([]));
}

Deno.test("capabilitiesOf() asks for what the change needs, and for nothing without one", () => {
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10)]);
  strictEqual(needs(samplePlan([wanted([XDP])], rows), rows), "");
  const empty = storeState([]);
  const usual = needs(onlyOn("xdp", XDP), empty);
  strictEqual(usual, "CAP_NET_ADMIN CAP_PERFMON CAP_BPF");
  strictEqual(
    needs(onlyOn("xdp", { ...XDP, netns: "/run/netns/blue" }), empty),
    "CAP_NET_ADMIN CAP_SYS_ADMIN CAP_PERFMON CAP_BPF",
  );
});

Deno.test("capabilitiesOf() knows the engines of hooks that change", () => {
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10)]);
  const plan = samplePlan([wanted([{ ...XDP, priority: 1 }])], rows);
  const extended = { ...rows, hooks: new Map([["xdp_7_4", HOOK]]) };
  strictEqual(needs(plan, extended).includes("CAP_SYS_ADMIN"), true);
  strictEqual(needs(plan, rows).includes("CAP_SYS_ADMIN"), false);
  const joining = samplePlan([wanted([XDP])], storeState([]));
  strictEqual(needs(joining, extended).includes("CAP_SYS_ADMIN"), true);
});

Deno.test("capabilitiesOf() has those of a gate where something is watched", () => {
  const gated = { isPerfRestricted: false, isGated: true };
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10)]);
  deepStrictEqual(capabilitiesOf([samplePlan([wanted([XDP])], rows)], rows, gated), []);
  deepStrictEqual(capabilitiesOf([onlyOn("xdp", XDP)], storeState([]), gated), [
    "CAP_NET_ADMIN",
    "CAP_SYS_ADMIN",
    "CAP_PERFMON",
    "CAP_BPF",
  ]);
});

const TARGETS: readonly (readonly [AttachTarget, ProgramType, string, string?])[] = [
  [XDP, "xdp", "eth0"],
  [{ kind: "tc", interface: "eth0", direction: "egress", priority: 1 }, "tc", "eth0 egress"],
  [{ kind: "netkit", interface: "nk0", priority: 1 }, "netkit", "nk0 primary"],
  [
    { kind: "tracepoint", group: "sched", name: "sched_switch" },
    "tracepoint",
    "sched/sched_switch",
  ],
  [{ kind: "raw_tracepoint", name: "sched_switch" }, "raw_tracepoint", "sched_switch"],
  [{ kind: "kprobe", functionName: "vfs_read", offset: 16 }, "kprobe", "vfs_read+0x10"],
  [{ kind: "uprobe", target: "libc", functionName: "malloc" }, "uprobe", "libc malloc"],
  [{ kind: "uprobe", target: "libc", offset: 16 }, "uprobe", "libc +0x10"],
  [{ kind: "cgroup_skb", path: "web" }, "cgroup_skb", "web ingress"],
  [{ kind: "cgroup_sock_addr", path: "web" }, "cgroup_sock_addr", "web connect4", "connect4"],
  [{ kind: "perf_event", frequency: 99 }, "perf_event", "cpu-clock 99 Hz"],
  [{ kind: "fentry" }, "fentry", "vfs_read", "vfs_read"],
  [{ kind: "lsm" }, "lsm", "file_open", "file_open"],
];

for (const [target, type, words, attachFunction] of TARGETS) {
  Deno.test(`describeTarget() calls a ${type} place "${words}"`, () => {
    const program = attachFunction === undefined ? { type } : { type, attachFunction };
    strictEqual(describeTarget({ target, program }), words);
  });
}
