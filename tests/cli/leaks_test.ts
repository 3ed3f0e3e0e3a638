import { deepStrictEqual, rejects } from "node:assert/strict";
import { inspectObject } from "../../bytecode-tools/object/inspect.ts";
import type { Manager } from "../../core/api.ts";
import type { AttachTarget, LoadRequest } from "../../core/types.ts";
import { openDescriptors } from "../../ffi/fd.ts";
import { openKernel } from "../../ffi/mod.ts";
import { fixture } from "../support/cli.ts";
import { fixtureObjects } from "../support/corpus.ts";
import { openOn } from "../support/in_process.ts";
import { must, mustBecome } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:ip", "tracefs"] as const;
const NOBODY = 4_000_000_000;

function countDescriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

/** Runs something and checks that no descriptor is open afterwards that was not before. */
async function withoutLeak<T>(what: string, run: () => Promise<T>): Promise<T> {
  const [own, all] = [openDescriptors(), countDescriptors()];
  const result = await run();
  deepStrictEqual(openDescriptors(), own, `${what}: descriptors of ours`);
  // the runtime closes the database's files a moment after it was told to
  await mustBecome(
    `${what}: ${all} open descriptors again`,
    () => countDescriptors() <= all,
  );
  return result;
}

interface KernelIds {
  readonly program: ReadonlySet<number>;
  readonly map: ReadonlySet<number>;
  readonly link: ReadonlySet<number>;
}

/** The kernel keeps 15 bytes of a name. */
const KERNEL_NAME = 15;
const INSPECTIONS = fixtureObjects().map(({ bytes }) => inspectObject(bytes));

function namesOf(kind: "programs" | "maps"): ReadonlySet<string> {
  return new Set(
    INSPECTIONS.flatMap((object) => object[kind].map(({ name }) => name.slice(0, KERNEL_NAME))),
  );
}

/** What chains are made of besides their members. */
const MAIN_NAMES = ["bpfman_chain", "xdp_dispatcher", "tc_dispatcher"];
const PROGRAM_NAMES = new Set([...namesOf("programs"), ...MAIN_NAMES]);
const MAP_NAMES = namesOf("maps");

/** Objects of the fixtures only: whatever else runs here loads and unloads programs of its own. */
function kernelIds(): KernelIds {
  const { bpf } = openKernel();
  const isOurs = (id: number) => PROGRAM_NAMES.has(bpf.programInfo(id)?.name ?? "");
  const isOurMap = (name: string) => MAP_NAMES.has(name) || name.startsWith("bpfman.");
  return {
    program: new Set(bpf.ids("program").filter(isOurs)),
    map: new Set(bpf.ids("map").filter((id) => isOurMap(bpf.mapInfo(id)?.name ?? ""))),
    link: new Set(bpf.ids("link").filter((id) => isOurs(bpf.linkInfo(id)?.programId ?? 0))),
  };
}

/** Programs, maps and links of the fixtures that were not there before. */
async function mustLeaveNothing(what: string, before: KernelIds): Promise<void> {
  await mustBecome(`${what}: nothing new in the kernel`, () => {
    const now = kernelIds();
    return (["program", "map", "link"] as const)
      .every((kind) => now[kind].difference(before[kind]).size === 0);
  });
}

function xdp(wire: Wire, change: Partial<{ interface: string; netns: string }> = {}): AttachTarget {
  const { interface: name, netns } = wire.near;
  return { kind: "xdp", interface: name, netns, priority: 1, ...change };
}

kernelTest("no operation of the library leaks a descriptor", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  await using manager = await openOn(workspace);
  await withoutLeak("open", () => manager.detach(NOBODY, { ignoreMissing: true }));
  for (let round = 0; round < 3; round++) {
    const programs = await withoutLeak("load", () =>
      manager.load({
        path: fixture("many"),
        programs: [{ type: "xdp", name: "xdp_first" }, { type: "tracepoint", name: "many_openat" }],
      }));
    const [first, second] = programs.map(({ record }) => record.programId);
    const link = await withoutLeak(
      "attach xdp",
      () => manager.attach({ programId: must(first, "program"), target: xdp(wire) }),
    );
    await withoutLeak("attach tracepoint", () =>
      manager.attach({
        programId: must(second, "program"),
        target: { kind: "tracepoint", group: "sched", name: "sched_switch" },
      }));
    await withoutLeak("list programs", () => manager.listPrograms({ all: true }));
    await withoutLeak("list links", () => manager.listLinks());
    await withoutLeak("get program", () => manager.getProgram(must(first, "program")));
    await withoutLeak("get link", () => manager.getLink(link.record.id));
    await withoutLeak("detach", () => manager.detach(link.record.id));
    for (const id of [first, second]) {
      await withoutLeak("unload", () => manager.unload(must(id, "program")));
    }
  }
});

/** Loads that must fail, with what they say. */
const BAD_LOADS: Readonly<Record<string, { request: LoadRequest; says: RegExp }>> = {
  "a program that the verifier refuses": {
    request: {
      path: fixture("bad_verifier"),
      programs: [{ type: "xdp", name: "xdp_unchecked" }],
    },
    says: /the kernel verifier refused it: R1 offset is outside of the packet/,
  },
  "a second program that the verifier refuses": {
    request: {
      path: fixture("sibling"),
      programs: [{ type: "xdp", name: "xdp_good" }, { type: "xdp", name: "xdp_broken" }],
    },
    says: /Cannot load program "xdp_broken"/,
  },
  "a helper that the licence forbids": {
    request: {
      path: fixture("gpl_missing"),
      programs: [{ type: "xdp", name: "xdp_unlicensed" }],
    },
    says: /GPL/,
  },
  "a global that does not exist": {
    request: {
      path: fixture("xdp_counter"),
      programs: [{ type: "xdp", name: "xdp_count" }],
      globals: { samplin: new Uint8Array(4) },
    },
    says: /"samplin" not found/,
  },
  "a global of another size": {
    request: {
      path: fixture("xdp_counter"),
      programs: [{ type: "xdp", name: "xdp_count" }],
      globals: { sampling: new Uint8Array(3) },
    },
    says: /it has 4 byte\(s\), the value has 3/,
  },
  "a program that does not exist": {
    request: { path: fixture("xdp_counter"), programs: [{ type: "xdp", name: "xdp_cont" }] },
    says: /not found in object file .*\[xdp_cont\]; available programs: \[xdp_count\]/,
  },
  "a program of another type": {
    request: { path: fixture("xdp_counter"), programs: [{ type: "tcx", name: "xdp_count" }] },
    says: /program type mismatch/,
  },
  "a file that does not exist": {
    request: { path: "/nowhere.o", programs: [{ type: "xdp", name: "xdp_count" }] },
    says: /"\/nowhere\.o" does not exist/,
  },
  "a file that is not an object": {
    request: { path: "/etc/hostname", programs: [{ type: "xdp", name: "xdp_count" }] },
    says: /Cannot load "\/etc\/hostname"/,
  },
  "a map owner that does not exist": {
    request: {
      path: fixture("xdp_counter"),
      programs: [{ type: "xdp", name: "xdp_count" }],
      mapOwnerId: NOBODY,
    },
    says: /map owner not found/,
  },
};

for (const [what, { request, says }] of Object.entries(BAD_LOADS)) {
  kernelTest(`a load of ${what} leaves nothing behind`, NEEDS, async () => {
    await using workspace = await Workspace.make();
    await using manager = await openOn(workspace);
    await manager.detach(NOBODY, { ignoreMissing: true });
    const before = kernelIds();

    await withoutLeak(what, () => rejects(manager.load(request), says));

    await mustLeaveNothing(what, before);
    deepStrictEqual(workspace.litter(), []);
    deepStrictEqual(await manager.listPrograms(), []);
    deepStrictEqual(manager.notices(), []);
  });
}

async function attachBadly(
  manager: Manager,
  wire: Wire,
  ids: { readonly xdp: number; readonly tracepoint: number; readonly uprobe: number },
): Promise<void> {
  const refuse = (programId: number, target: AttachTarget, says: RegExp) =>
    withoutLeak(String(says), () => rejects(manager.attach({ programId, target }), says));
  const tracepoint = (name: string): AttachTarget => ({ kind: "tracepoint", group: "sched", name });
  const uprobe = (functionName: string, target = "libc"): AttachTarget => (
    { kind: "uprobe", target, functionName }
  );
  await refuse(
    ids.xdp,
    xdp(wire, { interface: "bpfx" }),
    /"bpfx" in netns .*: interface not found/,
  );
  await refuse(ids.xdp, xdp(wire, { netns: "/run/netns/none" }), /"\/run\/netns\/none" does not/);
  await refuse(ids.xdp, xdp(wire, { netns: "/etc/hostname" }), /Cannot enter network namespace/);
  await refuse(ids.xdp, tracepoint("sched_switch"), /is an xdp program; the tracepoint attach/);
  await refuse(ids.tracepoint, tracepoint("sched_swich"), /did you mean: sched\/sched_switch/);
  await refuse(ids.uprobe, uprobe("mallok"), /it has no function "mallok"/);
  await refuse(ids.uprobe, uprobe("x", "/nowhere"), /"\/nowhere": no such program or library/);
  await refuse(ids.uprobe, uprobe("x", "/etc/hostname"), /Cannot probe "\/etc\/hostname"/);
  await refuse(NOBODY, xdp(wire), /Program 4000000000 does not exist/);
}

kernelTest("an attach that fails leaves nothing behind", [...NEEDS, "uprobe"], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  await using manager = await openOn(workspace);
  const programs = await manager.load({
    path: fixture("many"),
    programs: [
      { type: "xdp", name: "xdp_first" },
      { type: "xdp", name: "xdp_second" },
      { type: "tracepoint", name: "many_openat" },
      { type: "uprobe", name: "many_uprobe" },
    ],
  });
  const [first, second, tracepoint, uprobe] = programs.map(({ record }) => record.programId)
    .map((id) => must(id, "program"));
  const ids = {
    xdp: must(first, "id"),
    tracepoint: must(tracepoint, "id"),
    uprobe: must(uprobe, "id"),
  };
  const before = kernelIds();

  await attachBadly(manager, wire, ids);

  await mustLeaveNothing("attach", before);
  deepStrictEqual((await checkAgreement(workspace)).links, []);

  await manager.attach({ programId: ids.xdp, target: xdp(wire) });
  const programId = must(second, "id");
  for (
    const [more, why] of [
      [{ mode: "generic" }, /in generic mode: its chain runs in native mode/],
      [{ engine: "libxdp" }, /by libxdp: its programs run by direct/],
    ] as const
  ) {
    await withoutLeak(
      "a chain that cannot be",
      () => rejects(manager.attach({ programId, target: { ...xdp(wire), ...more } }), why),
    );
  }
  deepStrictEqual((await checkAgreement(workspace)).links.length, 1);
});
