import { deepEqual, equal } from "node:assert/strict";
import { isCapabilityName } from "../../ffi/jail/mod.ts";
import { capabilitiesFor } from "../../core/privileges/needs.ts";
import { CAPABILITY_NAMES } from "../../core/privileges/types.ts";
import type { StoreState } from "../../core/store/state.ts";
import { EMPTY_STATE } from "../../core/store/state.ts";
import type { LinkRecord } from "../../core/types.ts";
import { COMMANDS } from "../commands/mod.ts";
import { parseArguments } from "../parse_arguments.ts";
import { resolveRoute } from "../route.ts";
import { readSettings } from "../settings.ts";
import { jailSpecFor, type LoaderSpec, type SpecRequest } from "./jail_spec.ts";

/** The jail of a command line. */
async function specOf(line: string, more: Partial<SpecRequest> = {}): Promise<LoaderSpec> {
  const { command, args } = resolveRoute(COMMANDS, line.split(" "));
  const input = await parseArguments(command, args);
  return jailSpecFor({
    command,
    input,
    settings: readSettings(input, () => undefined),
    state: EMPTY_STATE,
    hasSharedMaps: false,
    binaries: [],
    isPerfRestricted: false,
    hasModuleTarget: false,
    startPaths: ["/usr/bin/deno"],
    ...more,
  });
}

function remembering(details: Partial<LinkRecord["details"]>): StoreState {
  const record = { id: 1, kernelLinkId: 7, pinPath: "/p", details };
  return { ...EMPTY_STATE, links: new Map([[1, record as LinkRecord]]) };
}

const LOAD = "load file a.o --programs";

Deno.test("a load has what its types need, and neither sockets nor CAP_SYS_ADMIN", async () => {
  const xdp = await specOf(`${LOAD} xdp:a`);
  // addresses of the kernel may be among what an object wants, which nobody has read yet
  const symbols = "CAP_SYSLOG";
  deepEqual(xdp.capabilities, ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", symbols]);
  const kprobe = await specOf(`${LOAD} kprobe:a`);
  deepEqual(kprobe.capabilities, ["CAP_BPF", "CAP_PERFMON", symbols]);
  const { mayNetlink, mayEnterNamespaces, mayOpenPerfEvents, listable } = xdp;
  deepEqual([mayNetlink, mayEnterNamespaces, mayOpenPerfEvents], [false, false, false]);
  deepEqual(listable, []);
});

Deno.test("a load that shares maps finds them by id", async () => {
  const shared = await specOf(`${LOAD} xdp:a`, { hasSharedMaps: true });
  const owned = await specOf(`${LOAD} xdp:a --map-owner-id 5`);
  for (const { capabilities, listable } of [shared, owned]) {
    equal(capabilities.includes("CAP_SYS_ADMIN"), true);
    deepEqual(listable, ["/"]);
  }
});

Deno.test("what is remembered does not widen a load, unless a change was interrupted", async () => {
  const state = remembering({ kind: "uprobe", path: "/bin/x", containerPid: 0 });
  const line = `${LOAD} xdp:a`;
  deepEqual(await specOf(line, { state }), await specOf(line));
  const pending = { id: 2, kernelLinkId: null, pinPath: "/q", details: { kind: "xdp" } };
  const links = new Map([...state.links, [2, pending as LinkRecord]] as const);
  const spec = await specOf(line, { state: { ...state, links } });
  deepEqual([spec.mayOpenPerfEvents, spec.mayNetlink], [true, true]);
});

Deno.test("every change may look at remembered filters, which have no pin", async () => {
  const here = remembering({ kind: "tc", netns: null });
  const there = remembering({ kind: "tc", netns: "/run/netns/a" });
  for (const line of [`${LOAD} xdp:a`, "attach 5 tracepoint sched/sched_switch"]) {
    const own = await specOf(line, { state: here });
    deepEqual([own.mayNetlink, own.mayEnterNamespaces], [true, false]);
    deepEqual(own.capabilities, (await specOf(line)).capabilities);
    const other = await specOf(line, { state: there });
    deepEqual([other.mayNetlink, other.mayEnterNamespaces], [true, true]);
    equal(other.readable.includes("/run/netns/a"), true);
    equal(other.capabilities.includes("CAP_SYS_ADMIN"), true);
  }
});

Deno.test("network places get netlink, probes perf events, and nobody both", async () => {
  const xdp = await specOf("attach 5 xdp --iface lo --priority 1");
  deepEqual([xdp.mayNetlink, xdp.mayOpenPerfEvents], [true, false]);
  equal(xdp.writable.includes("/sys/fs/bpf"), true);
  const uprobe = await specOf("attach 5 uprobe libc --fn-name malloc", { binaries: ["/lib/c"] });
  deepEqual([uprobe.mayNetlink, uprobe.mayOpenPerfEvents], [false, true]);
  equal(uprobe.readable.includes("/lib/c"), true);
  equal(uprobe.writable.includes("/sys/fs/bpf"), false);
});

Deno.test("a namespace is a path to read and a right to enter", async () => {
  const spec = await specOf("attach 5 xdp --iface lo --priority 1 --netns /run/netns/a");
  equal(spec.mayEnterNamespaces, true);
  equal(spec.readable.includes("/run/netns/a"), true);
  equal(spec.mayLookIntoProcesses, false);
});

Deno.test("a process is looked into with CAP_SYS_PTRACE and without Landlock", async () => {
  const lines = [
    "attach 5 uprobe libc --fn-name malloc --container-pid 7",
    "attach 5 xdp --iface lo --priority 1 --netns /proc/7/ns/net",
  ];
  for (const line of lines) {
    const spec = await specOf(line);
    equal(spec.mayLookIntoProcesses && spec.capabilities.includes("CAP_SYS_PTRACE"), true, line);
  }
});

Deno.test("detach has what the remembered links need", async () => {
  const xdp = await specOf("detach 1", { state: remembering({ kind: "xdp", netns: "/run/n" }) });
  deepEqual([xdp.mayNetlink, xdp.mayEnterNamespaces], [true, true]);
  const probe = await specOf("detach 1", { state: remembering({ kind: "tracepoint" }) });
  deepEqual([probe.mayNetlink, probe.mayEnterNamespaces], [false, false]);
  equal(probe.capabilities.includes("CAP_SYS_ADMIN"), true);
});

Deno.test("a repair looks at interfaces, and after a loss at everything", async () => {
  const repair = await specOf("repair");
  deepEqual([repair.mayNetlink, repair.mayEnterNamespaces], [true, false]);
  equal(repair.capabilities.includes("CAP_NET_ADMIN"), true);
  const lost = await specOf("repair --rebuild-store");
  const { mayNetlink, mayEnterNamespaces, mayOpenPerfEvents } = lost;
  deepEqual([mayNetlink, mayEnterNamespaces, mayOpenPerfEvents], [true, true, true]);
});

Deno.test("where nobody can tell what is remembered, it may be anything", async () => {
  const spec = await specOf("detach 1", { state: null });
  deepEqual([spec.mayNetlink, spec.mayEnterNamespaces, spec.mayOpenPerfEvents], [true, true, true]);
});

Deno.test("maps for a group take the right to change modes", async () => {
  const { command, args } = resolveRoute(COMMANDS, `${LOAD} xdp:a`.split(" "));
  const input = await parseArguments(command, args);
  const plain = readSettings(input, () => undefined);
  const spec = await specOf(`${LOAD} xdp:a`, { settings: { ...plain, mapAccess: { group: "x" } } });
  equal(spec.mayChangeAccess && spec.capabilities.includes("CAP_CHOWN"), true);
});

Deno.test("the audit log of the usual runtime directory can be written", async () => {
  equal((await specOf(`${LOAD} xdp:a`)).writable.includes("/var/log/bpfman"), true);
  const other = await specOf(`${LOAD} xdp:a --runtime-dir /srv/x`);
  deepEqual(other.writable, ["/srv/x"]);
});

Deno.test("the kernel knows every capability of the table", () => {
  deepEqual(CAPABILITY_NAMES.filter((name) => !isCapabilityName(name)), []);
});

Deno.test("a load for a function of a module finds types by id", async () => {
  const line = `${LOAD} fentry:a:veth_xmit`;
  const plain = await specOf(line);
  equal(plain.capabilities.includes("CAP_SYS_ADMIN"), false);
  const wanted = [...plain.capabilities, "CAP_SYS_ADMIN"].sort();
  deepEqual((await specOf(line, { hasModuleTarget: true })).capabilities, wanted);
});

Deno.test("a load or attach has all that the table says, and nothing else", async () => {
  const usual = ["CAP_BPF", "CAP_SYS_ADMIN"] as const;
  for (const type of ["xdp", "tc", "cgroup_skb", "tracepoint", "kprobe", "fentry"] as const) {
    const name = type === "fentry" ? "fentry:a:b" : `${type}:a`;
    const wanted = capabilitiesFor({ verb: "load", types: [type], kernelSymbols: true });
    deepEqual((await specOf(`${LOAD} ${name}`)).capabilities, wanted.toSorted(), type);
  }
  const places = [
    ["attach 5 tcx ingress --iface lo --priority 1", "tcx", false],
    ["attach 5 tracepoint sched/sched_switch", "tracepoint", false],
    ["attach 5 tracepoint sched/sched_switch", "tracepoint", true],
    ["attach 5 uprobe libc --fn-name malloc", "uprobe", true],
  ] as const;
  for (const [line, kind, isPerfRestricted] of places) {
    const table = capabilitiesFor({ verb: "attach", attachKinds: [kind], isPerfRestricted });
    // maps are found by id, whatever is attached
    const wanted = [...new Set([...usual, ...table])].sort();
    deepEqual((await specOf(line, { isPerfRestricted })).capabilities, wanted, line);
  }
});
