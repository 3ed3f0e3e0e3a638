import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { LinkCreateOptions, LinkInfo, OwnedFd } from "../../ffi/mod.ts";
import { SyscallError } from "../../ffi/errno.ts";
import { type FakeCalls, fakeKernel } from "../../tests/support/fake_kernel.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import { BpfmanError } from "../errors.ts";
import { Layout } from "../layout.ts";
import type { LinkRecord, TcxDetails } from "../types.ts";
import type { AttachContext } from "./driver.ts";
import { positionOf } from "./chain.ts";
import { placeDriverFor } from "./drivers.ts";
import { tcxDriver } from "./tcx.ts";
import { tracepointDriver } from "./tracepoint.ts";
import { uprobeDriver } from "./uprobe.ts";
import { xdpDriver } from "./xdp.ts";

const HOOK = { interface: "eth0", ifindex: 2, netns: null, nsid: 7 } as const;

/** The network of the fake: eth0 with index 2, and the thread stays where it is. */
const NETWORK = {
  within: <T>(_netns: string | null, work: () => T): T => work(),
  indexOf: (name: string) => name === "eth0" ? 2 : 0,
  names: () => ["eth0", "lo"],
  namespaceId: () => 7,
};

function context(calls: FakeCalls, links: readonly LinkRecord[] = []): AttachContext {
  const program = programRecord(9, { type: "tcx" });
  return {
    machine: { kernel: fakeKernel(calls), layout: new Layout("/run/x"), now: () => new Date(0) },
    state: storeState([program], links),
    program,
  };
}

function tcxLink(id: number, priority: number, programId = id): LinkRecord {
  const details: TcxDetails = { kind: "tcx", ...HOOK, direction: "ingress", priority };
  return linkRecord(id, programId, { details });
}

function linkInfo(id: number, ifindex: number): LinkInfo {
  const zero = { cgroupId: 0, attachType: 46, targetObjId: 0, targetBtfId: 0 };
  return { id, type: 11, programId: 1, ifindex, ...zero };
}

/** Attaches by TCX beside these links; returns what the kernel was asked for. */
function tcxRequest(links: readonly LinkRecord[], priority: number, dead: readonly number[] = []) {
  let asked: LinkCreateOptions | undefined;
  const fd: OwnedFd = { raw: 3, [Symbol.dispose]: () => {} };
  const calls: FakeCalls = {
    network: NETWORK,
    bpf: {
      // the number of a descriptor is that of the link whose pin it came from
      openPin: (path) => ({ raw: Number(path.split("/").at(-1)), [Symbol.dispose]: () => {} }),
      linkInfoByFd: (raw) => linkInfo(raw + 100, dead.includes(raw + 100) ? 0 : 2),
      createLink: (options) => {
        asked = options;
        return fd;
      },
    },
  };
  const details: TcxDetails = { kind: "tcx", ...HOOK, direction: "ingress", priority };
  tcxDriver.attach(context(calls, links), 5, details);
  return asked;
}

Deno.test("the first TCX link of a hook needs no anchor", () => {
  deepStrictEqual(tcxRequest([], 50), { programFd: 5, target: 2, attachType: 46 });
});

Deno.test("a TCX link goes before the first one of a higher priority number", () => {
  const links = [tcxLink(1, 10), tcxLink(2, 50), tcxLink(3, 90)];
  deepStrictEqual(tcxRequest(links, 20)?.anchor, { place: "before", linkId: 102 });
  deepStrictEqual(tcxRequest(links, 5)?.anchor, { place: "before", linkId: 101 });
});

Deno.test("a TCX link goes behind those of its own priority", () => {
  const links = [tcxLink(1, 10), tcxLink(2, 50), tcxLink(3, 90)];
  deepStrictEqual(tcxRequest(links, 50)?.anchor, { place: "before", linkId: 103 });
  deepStrictEqual(tcxRequest(links, 90)?.anchor, { place: "after", linkId: 103 });
});

Deno.test("TCX links whose interface is gone are no anchors", () => {
  const links = [tcxLink(1, 10), tcxLink(2, 50), tcxLink(3, 90)];
  deepStrictEqual(tcxRequest(links, 20, [102])?.anchor, { place: "before", linkId: 103 });
  deepStrictEqual(tcxRequest(links, 95, [103])?.anchor, { place: "after", linkId: 102 });
});

Deno.test("positionOf() counts from 0 in the order in which programs run", () => {
  const links = [tcxLink(1, 50), tcxLink(2, 10), tcxLink(3, 50), linkRecord(4, 1)];
  const state = storeState([], links);
  deepStrictEqual(links.map((link) => positionOf(state, link)), [1, 0, 2, null]);
});

function refusal(run: () => unknown): BpfmanError {
  try {
    run();
  } catch (error) {
    ok(error instanceof BpfmanError, String(error));
    return error;
  }
  throw new Error("Cannot go on: it was not refused");
}

Deno.test("TCX on an old kernel says which kernel it needs", () => {
  const calls: FakeCalls = {
    network: NETWORK,
    host: { release: "6.1.0-50-amd64" },
    bpf: {
      createLink: () => {
        throw new SyscallError("bpf(BPF_LINK_CREATE)", 22);
      },
    },
  };
  const details: TcxDetails = { kind: "tcx", ...HOOK, direction: "egress", priority: 1 };
  const error = refusal(() => tcxDriver.attach(context(calls), 5, details));
  strictEqual(error.code, "kernel-too-old");
  match(error.message, /TCX needs Linux 6\.6 or newer, this is 6\.1\.0-50-amd64/);
});

Deno.test("TCX refuses one program twice on a hook and names the link", () => {
  const target = { kind: "tcx", interface: "eth0", direction: "ingress", priority: 1 } as const;
  const there = context({ network: NETWORK }, [tcxLink(4, 10, 9)]);
  const error = refusal(() => tcxDriver.resolve(there, target));
  strictEqual(error.code, "already-attached");
  match(error.message, /Program 9 is already attached to eth0 ingress as link 4/);
  strictEqual(tcxDriver.resolve(there, { ...target, direction: "egress" }).direction, "egress");
});

Deno.test("an unknown interface is answered with those that there are", () => {
  const target = { kind: "xdp", interface: "eht0", priority: 1 } as const;
  const error = refusal(() => xdpDriver.resolve(context({ network: NETWORK }), target));
  strictEqual(error.code, "interface-not-found");
  match(`${error.message}\n${error.hint}`, /available: \[eth0 lo\]\nDid you mean "eth0"\?/);
});

Deno.test("a priority below 0 or between whole numbers is refused", () => {
  for (const priority of [-1, 1.5, Number.NaN]) {
    const target = { kind: "xdp", interface: "eth0", priority } as const;
    strictEqual(refusal(() => xdpDriver.resolve(context({}), target)).kind, "usage");
  }
});

const TRACEFS: FakeCalls = {
  perf: { tracefs: () => "/t" },
  files: {
    exists: (path) => path === "/t/events/sched/sched_switch/id",
    readText: () => "sched:sched_switch\nsched:sched_wakeup\nsyscalls:sys_enter_openat\n",
  },
};

Deno.test("an unknown tracepoint is answered with similar ones", () => {
  const attach = (group: string, name: string) =>
    tracepointDriver.resolve(context(TRACEFS), { kind: "tracepoint", group, name });
  deepStrictEqual(attach("sched", "sched_switch"), {
    kind: "tracepoint",
    group: "sched",
    name: "sched_switch",
  });
  match(refusal(() => attach("sched", "sched_swich")).message, /did you mean: sched\/sched_switch/);
  match(refusal(() => attach("sys", "sys_enter_openat")).message, /syscalls\/sys_enter_openat/);
  match(refusal(() => attach("..", "passwd")).message, /Tracepoint "\.\.\/passwd" not found/);
  match(refusal(() => attach("sched/../sched", "sched_switch")).message, /not found/);
});

Deno.test("a uprobe needs a function or an offset, and a whole one", () => {
  const resolve = (change: object) =>
    uprobeDriver.resolve(context({}), { kind: "uprobe", target: "/bin/x", ...change });
  match(refusal(() => resolve({})).message, /needs a function or an offset/);
  for (const change of [{ offset: -1 }, { offset: 0.5 }, { offset: 1, pid: -2 }]) {
    strictEqual(refusal(() => resolve(change)).kind, "usage", JSON.stringify(change));
  }
});

Deno.test("a uprobe on a process that does not exist names the process", () => {
  const calls: FakeCalls = { files: { exists: (path) => path === "/bin/x" } };
  const target = { kind: "uprobe", target: "/bin/x", offset: 16, pid: 4711 } as const;
  match(refusal(() => uprobeDriver.resolve(context(calls), target)).message, /Process 4711 does/);
});

Deno.test("every kind of target has a driver that knows its types", () => {
  for (const kind of ["xdp", "tcx", "tracepoint", "uprobe"] as const) {
    ok(placeDriverFor(kind).types.includes(kind), kind);
  }
});
