import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { StrandedError, SyscallError } from "../../ffi/errno.ts";
import { FakeHooks, MemoryStore } from "../../tests/support/fake_hooks.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import { Layout } from "../layout.ts";
import type { Machine } from "../machine.ts";
import type { LinkDetails, LinkRecord } from "../types.ts";
import { changeHook } from "./change.ts";
import type { ChainEdit } from "./edits.ts";
import { type ChainHook, type ChainMember, hookKey } from "./model.ts";
import { DEFAULT_PROCEED_ON } from "./proceed_on.ts";
import { linksOfHook } from "./record.ts";
import { planHookRepair, sightHook } from "./repair.ts";
import { repairHook } from "./repair_hook.ts";

const NSID = 7;
const PLACE = { interface: "eth0", ifindex: 4, netns: null, nsid: NSID } as const;
const XDP: ChainHook = { kind: "xdp", ...PLACE };
const TC: ChainHook = { kind: "tc", direction: "ingress", ...PLACE };
const EGRESS: ChainHook = { kind: "tc", direction: "egress", ...PLACE };

/** A machine with two loaded programs, 10 and 20. */
class Scene {
  readonly hooks = new FakeHooks();
  readonly store: MemoryStore;
  readonly machine: Machine;

  constructor() {
    const layout = new Layout("/run/x");
    this.machine = { kernel: this.hooks.kernel(NSID), layout, now: () => new Date(0) };
    const programs = [10, 20].map((id) => programRecord(id));
    for (const { programId } of programs) {
      this.hooks.addProgram(programId, layout.programPin(programId));
    }
    this.store = new MemoryStore(storeState(programs));
  }

  async change(hook: ChainHook, edits: readonly ChainEdit[], rows: readonly LinkRecord[] = []) {
    const action = "Cannot change the chain";
    await changeHook(this.machine, this.store, { hook, edits, action, newLinks: rows });
  }

  /** Attaches program 10 as the only one, by the link of this id. */
  async attach(hook: ChainHook, linkId = 1): Promise<void> {
    await this.change(hook, [add(hook, linkId)], [rowOf(hook, linkId)]);
  }

  async repair(): Promise<string[]> {
    const kinds: string[] = [];
    for (const record of [...this.store.state.hooks.values()]) {
      const repair = planHookRepair(record, sightHook(this.machine, record));
      if (repair === null) continue;
      kinds.push(repair.kind);
      await repairHook(this.machine, this.store, repair);
    }
    return kinds;
  }

  /** What the hook runs, as the kernel says. */
  runs(hook: ChainHook): number | null {
    if (hook.kind === "xdp") return this.hooks.xdp(hook.ifindex);
    const { direction } = hook;
    return this.hooks.filters.find((one) => one.direction === direction)?.programId ?? null;
  }

  /** Pins and folders of chains. */
  litter(): string[] {
    return [...this.hooks.pins.keys(), ...this.hooks.folders]
      .map((path) => path.slice("/run/x/fs/".length))
      .filter((path) => !path.startsWith("prog_")).sort();
  }
}

function add(hook: ChainHook, linkId: number): ChainEdit {
  const proceedOn = DEFAULT_PROCEED_ON[hook.kind];
  return { kind: "add", member: { linkId, programId: 10, priority: 50, proceedOn } };
}

function rowOf(hook: ChainHook, id: number): LinkRecord {
  const common = { ...PLACE, priority: 50, proceedOn: DEFAULT_PROCEED_ON[hook.kind] };
  const details: LinkDetails = hook.kind === "xdp"
    ? { ...common, kind: "xdp", mode: "native", isModeForced: false }
    : { ...common, kind: "tc", direction: hook.direction, filterPriority: 0, filterHandle: 0 };
  return linkRecord(id, 10, { details, kernelLinkId: null, pinPath: "" });
}

function only(scene: Scene, hook: ChainHook): ChainMember | undefined {
  return scene.store.state.hooks.get(hookKey(hook))?.current?.members[0];
}

/** Rows, kernel and pins say the same: one program on the hook, or nothing at all. */
function checkAgreement(scene: Scene, hook: ChainHook): void {
  const record = scene.store.state.hooks.get(hookKey(hook));
  strictEqual(record?.next ?? null, null, "something is under way");
  strictEqual(scene.runs(hook), only(scene, hook)?.programId ?? null, "row and kernel");
  const ids = record === undefined ? [] : linksOfHook(record);
  deepStrictEqual([...scene.store.state.links.keys()], ids, "links and members");
  const folders = scene.litter().filter((path) => /_\d+$/.test(path));
  strictEqual(folders.length, record === undefined ? 0 : 1, `folders: ${folders.join()}`);
  if (record === undefined) deepStrictEqual(scene.litter(), []);
  if (record === undefined) strictEqual(scene.hooks.clsacts.size, 0, "a clsact is left");
}

Deno.test("changeHook() attaches one program alone directly, and leaves the hook clean", async () => {
  for (const hook of [XDP, TC]) {
    const scene = new Scene();
    await scene.attach(hook);
    const chain = scene.store.state.hooks.get(hookKey(hook))?.current;
    deepStrictEqual([chain?.engine, chain?.revision, chain?.mainProgramId], ["direct", 1, 10]);
    strictEqual(scene.runs(hook), 10);
    await scene.change(hook, [{ kind: "remove", linkId: 1 }]);
    strictEqual(scene.runs(hook), null);
    checkAgreement(scene, hook);
  }
});

Deno.test("changeHook() gives rows the seat's pin and link, or the filter", async () => {
  const scene = new Scene();
  await scene.attach(XDP);
  const row = scene.store.state.links.get(1);
  deepStrictEqual([row?.kernelLinkId, row?.pinPath], [500, "/run/x/fs/xdp/dispatcher_7_4_link"]);
  const other = new Scene();
  await other.attach(TC);
  const details = other.store.state.links.get(1)?.details;
  ok(details?.kind === "tc");
  deepStrictEqual([details.filterPriority, details.filterHandle], [50, 1]);
});

Deno.test("changeHook() swaps, and removes the old revision", async () => {
  for (const hook of [XDP, TC]) {
    const scene = new Scene();
    await scene.attach(hook);
    await scene.change(hook, [{ kind: "update", linkId: 1, programId: 20, priority: 9 }]);
    const row = scene.store.state.links.get(1);
    deepStrictEqual([row?.programId, only(scene, hook)?.priority], [20, 9]);
    checkAgreement(scene, hook);
    strictEqual(scene.litter().filter((path) => path.endsWith("_2")).length, 1);
  }
});

Deno.test("a clsact goes with the last of our chains on either side", async () => {
  const scene = new Scene();
  await scene.attach(TC, 1);
  await scene.attach(EGRESS, 2);
  await scene.change(TC, [{ kind: "remove", linkId: 1 }]);
  strictEqual(scene.hooks.clsacts.size, 1, "the other side needs it");
  await scene.change(EGRESS, [{ kind: "remove", linkId: 2 }]);
  strictEqual(scene.hooks.clsacts.size, 0);
});

Deno.test("a clsact of others, and their filters, stay", async () => {
  const scene = new Scene();
  scene.hooks.clsacts.add(4);
  const foreign = { ifindex: 4, direction: "ingress", priority: 50, handle: 1 } as const;
  scene.hooks.filters.push({ ...foreign, programId: 99 });
  await scene.attach(TC);
  strictEqual(scene.hooks.filters[1]?.priority, 51);
  await scene.change(TC, [{ kind: "remove", linkId: 1 }]);
  deepStrictEqual(scene.hooks.filters, [{ ...foreign, programId: 99 }]);
  strictEqual(scene.hooks.clsacts.size, 1);
});

Deno.test("a refusal at any step leaves all as it was", async () => {
  for (const [step, hook] of [["pin", XDP], ["updateLink", XDP], ["replaceFilter", TC]] as const) {
    const scene = new Scene();
    await scene.attach(hook);
    scene.hooks.onChange = (name) => {
      if (name === step) throw new SyscallError("bpf(…)", 22);
    };
    await rejects(
      scene.change(hook, [{ kind: "update", linkId: 1, programId: 20 }]),
      (error: Error) => {
        match(error.message, /^Cannot change the chain: /);
        return true;
      },
    );
    scene.hooks.onChange = () => {};
    deepStrictEqual([only(scene, hook)?.programId, scene.runs(hook)], [10, 10]);
    checkAgreement(scene, hook);
  }
});

/** Changes that put a program on a hook, let it run another one, and leave it, with their step. */
const STEPS = [
  [TC, "addFilter", [add(TC, 1)]],
  [TC, "replaceFilter", [{ kind: "update", linkId: 1, programId: 20 }]],
  [XDP, "updateLink", [{ kind: "update", linkId: 1, programId: 20 }]],
  [TC, "deleteFilter", [{ kind: "remove", linkId: 1 }]],
] as const;

Deno.test("what was made counts as done although the kernel's answer was lost", async () => {
  for (const [hook, step, edits] of STEPS) {
    const scene = new Scene();
    if (step !== "addFilter") await scene.attach(hook);
    let lost = 0;
    scene.hooks.onAnswer = (name) => {
      if (name !== step || lost++ > 0) return;
      throw new SyscallError("recvfrom", 4);
    };
    await scene.change(hook, edits, step === "addFilter" ? [rowOf(hook, 1)] : []);
    strictEqual(lost, 1, `${step} was never called`);
    const wanted = { addFilter: 10, replaceFilter: 20, updateLink: 20, deleteFilter: null };
    strictEqual(scene.runs(hook), wanted[step]);
    checkAgreement(scene, hook);
  }
});

Deno.test("a process that cannot come back from a namespace undoes nothing", async () => {
  for (const [hook, step, edits] of STEPS) {
    if (hook === XDP) continue;
    const scene = new Scene();
    if (step !== "addFilter") await scene.attach(hook);
    scene.hooks.onAnswer = (name) => {
      if (name !== step) return;
      scene.hooks.onReturn = () => {
        throw new StrandedError("/run/netns/x", new SyscallError("setns", 12));
      };
    };
    const change = scene.change(hook, edits, step === "addFilter" ? [rowOf(hook, 1)] : []);
    await rejects(change, { code: "namespace-stuck" });
    scene.hooks.onAnswer = scene.hooks.onReturn = () => {};
    // another process
    deepStrictEqual(await scene.repair(), ["finish-hook"], step);
    checkAgreement(scene, hook);
  }
});

class Death extends Error {
  override readonly name = "Death";
}

/** Lets work die before its steps in turn, until it gets through; mends after each. */
async function dieEverywhere(
  hook: ChainHook,
  prepare: (scene: Scene) => Promise<void>,
  work: (scene: Scene) => Promise<void>,
): Promise<Set<string>> {
  const repairs = new Set<string>();
  for (let fatal = 0;; fatal++) {
    const scene = new Scene();
    await prepare(scene);
    let step = 0;
    // once dead no further step is taken, also none that would undo
    const onStep = () => {
      if (step++ >= fatal) throw new Death(`Cannot go on: dead before step ${fatal}`);
    };
    scene.hooks.onChange = onStep;
    scene.store.onCommit = onStep;
    const isThrough = await work(scene).then(() => true, (error) => {
      ok(error instanceof Death, String(error));
      return false;
    });
    scene.hooks.onChange = () => {};
    scene.store.onCommit = () => {};
    for (const kind of await scene.repair()) repairs.add(kind);
    deepStrictEqual(await scene.repair(), [], `mended twice after step ${fatal}`);
    // what the next command does after its repairs
    await scene.attach(hook === XDP ? EGRESS : XDP, 90);
    await scene.change(hook === XDP ? EGRESS : XDP, [{ kind: "remove", linkId: 90 }]);
    checkAgreement(scene, hook);
    if (isThrough) return repairs;
  }
}

for (const hook of [XDP, TC]) {
  Deno.test(`an attach by ${hook.kind} that dies anywhere is done or undone`, async () => {
    const repairs = await dieEverywhere(hook, async () => {}, (scene) => scene.attach(hook));
    deepStrictEqual([...repairs].sort(), ["finish-hook", "undo-hook"]);
  });

  Deno.test(`a swap by ${hook.kind} that dies anywhere is done or undone`, async () => {
    const repairs = await dieEverywhere(
      hook,
      (scene) => scene.attach(hook),
      (scene) => scene.change(hook, [{ kind: "update", linkId: 1, programId: 20 }]),
    );
    deepStrictEqual([...repairs].sort(), ["finish-hook", "undo-hook"]);
  });

  Deno.test(`a detach by ${hook.kind} that dies anywhere is done or undone`, async () => {
    const repairs = await dieEverywhere(
      hook,
      (scene) => scene.attach(hook),
      (scene) => scene.change(hook, [{ kind: "remove", linkId: 1 }]),
    );
    deepStrictEqual([...repairs].sort(), ["finish-hook", "undo-hook"]);
  });

  Deno.test(`a chain by ${hook.kind} whose interface is gone is dropped with its links`, async () => {
    const scene = new Scene();
    await scene.attach(hook);
    scene.hooks.removeInterface(4);
    deepStrictEqual(await scene.repair(), ["drop-severed-hook"]);
    checkAgreement(scene, hook);
  });
}

Deno.test("a chain by xdp whose pin was removed is dropped with its links", async () => {
  const scene = new Scene();
  await scene.attach(XDP);
  scene.hooks.pins.delete("/run/x/fs/xdp/dispatcher_7_4_link");
  deepStrictEqual(await scene.repair(), ["drop-hook"]);
  checkAgreement(scene, XDP);
});
