import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { MemoryStore } from "../../../tests/support/fake_hooks.ts";
import { FakeLibxdp, LOADED_NAME } from "../../../tests/support/fake_libxdp.ts";
import { linkRecord, programRecord, storeState } from "../../../tests/support/records.ts";
import { Layout } from "../../layout.ts";
import type { Machine } from "../../machine.ts";
import type { LinkDetails } from "../../types.ts";
import { changeHook } from "../change.ts";
import type { ChainEdit } from "../edits.ts";
import { type ChainHook, hookKey } from "../model.ts";
import { DEFAULT_PROCEED_ON } from "../proceed_on.ts";
import { type HookRepair, planHookRepair, sightHook } from "../repair.ts";
import { repairHook } from "../repair_hook.ts";

const NSID = 7;
const PLACE = { interface: "eth0", ifindex: 4, netns: null, nsid: NSID } as const;
const HOOK: ChainHook = { kind: "xdp", ...PLACE };
const FIXTURE = new URL("../../../tests/fixtures/xdp_member.bpf.o", import.meta.url);
/** The program that others have there. */
const THEIRS = 40;
const PROGRAMS = [10, 20, 30];

/** The end of a change, from which on nothing is done any more. */
class Death extends Error {}

/** A machine with loaded programs, and an interface that others use as well. */
class Scene implements Disposable {
  readonly libxdp = new FakeLibxdp(PLACE.ifindex, NSID);
  readonly store: MemoryStore;
  readonly machine: Machine;
  readonly #root = Deno.makeTempDirSync({ prefix: "bpfman-test-" });

  constructor() {
    const layout = new Layout(this.#root);
    this.machine = { kernel: this.libxdp.kernel(), layout, now: () => new Date(0) };
    for (const id of PROGRAMS) {
      Deno.mkdirSync(layout.programDirectory(id), { recursive: true });
      Deno.copyFileSync(FIXTURE, layout.bytecode(id));
    }
    // the only map of each program has its number
    const records = PROGRAMS.map((id) =>
      programRecord(id, { name: LOADED_NAME, mapIds: { data: id } })
    );
    this.store = new MemoryStore(storeState(records));
    this.libxdp.loadForeign(THEIRS);
  }

  /** Changes the chain; links are numbered as their programs. */
  async change(...edits: readonly ChainEdit[]): Promise<void> {
    const rows = edits.flatMap((edit) =>
      edit.kind === "add" ? [rowOf(edit.member.linkId, edit.member.priority)] : []
    );
    await changeHook(this.machine, this.store, {
      hook: HOOK,
      edits,
      action: "Cannot change the chain",
      newLinks: rows,
    });
  }

  /** Mends as the next command does. */
  async repair(): Promise<HookRepair["kind"] | null> {
    const record = this.store.state.hooks.get(hookKey(HOOK));
    if (record === undefined) return null;
    const repair = planHookRepair(record, sightHook(this.machine, record));
    if (repair !== null) await repairHook(this.machine, this.store, repair);
    return repair?.kind ?? null;
  }

  get links(): number[] {
    return [...this.store.state.links.keys()];
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#root, { recursive: true });
  }
}

function rowOf(linkId: number, priority: number) {
  const details: LinkDetails = {
    kind: "xdp",
    ...PLACE,
    priority,
    proceedOn: DEFAULT_PROCEED_ON.xdp,
    mode: "native",
    isModeForced: false,
  };
  return linkRecord(linkId, linkId, { details, kernelLinkId: null, pinPath: "" });
}

function add(id: number, priority: number): ChainEdit {
  const proceedOn = DEFAULT_PROCEED_ON.xdp;
  return { kind: "add", member: { linkId: id, programId: id, priority, proceedOn } };
}

Deno.test("changeHook() joins a dispatcher of libxdp that is there, and leaves it", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30));
  await scene.change(add(20, 50));
  strictEqual(scene.store.state.hooks.get(hookKey(HOOK))?.current?.engine, "libxdp");
  deepStrictEqual(scene.libxdp.priorities, [30, THEIRS, 50]);
  strictEqual(await scene.repair(), null);
  await scene.change({ kind: "remove", linkId: 10 }, { kind: "remove", linkId: 20 });
  deepStrictEqual([scene.libxdp.priorities, scene.links], [[THEIRS], []]);
  strictEqual(scene.store.state.hooks.size, 0);
});

Deno.test("changeHook() lets a member join anew before its old self leaves libxdp", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30), add(20, 50));
  scene.libxdp.events.length = 0;
  await scene.change({ kind: "update", linkId: 10, priority: 60 });
  deepStrictEqual(scene.libxdp.events, ["join 60", "leave 30"]);
  deepStrictEqual(scene.libxdp.priorities, [THEIRS, 50, 60]);
});

Deno.test("changeHook() refuses to move a member of libxdp when every slot is taken", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30));
  for (let priority = 41; priority <= 48; priority++) scene.libxdp.loadForeign(priority);
  scene.libxdp.events.length = 0;
  const moved = scene.change({ kind: "update", linkId: 10, priority: 60 });
  await rejects(moved, /its dispatcher has 10 slots, 10 are taken/);
  deepStrictEqual([scene.libxdp.events, scene.links], [[], [10]]);
  strictEqual(await scene.repair(), null);
  await scene.change({ kind: "remove", linkId: 10 });
  strictEqual(scene.libxdp.priorities.includes(30), false);
});

Deno.test("changeHook() takes back what joined libxdp when a further member cannot", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30));
  scene.libxdp.refused = 60;
  await rejects(scene.change(add(20, 50), add(30, 60)));
  deepStrictEqual([scene.libxdp.priorities, scene.links], [[30, THEIRS], [10]]);
  strictEqual(await scene.repair(), null);
});

/** Lets no step be taken from one on, also none that would undo what was done. */
function dieBefore({ libxdp, store }: Scene, step: number): void {
  let taken = 0;
  libxdp.onChange = store.onCommit = () => {
    if (taken >= step) throw new Death();
    taken++;
  };
}

function live({ libxdp, store }: Scene): void {
  libxdp.onChange = store.onCommit = () => {};
}

/** Adds a program and moves another, dead before a step; true when the change got that far. */
async function changeAndDie(scene: Scene, step: number): Promise<boolean> {
  dieBefore(scene, step);
  try {
    await scene.change(add(20, 50), { kind: "update", linkId: 10, priority: 60 });
    return false;
  } catch (error) {
    if (error instanceof Death) return true;
    throw error;
  } finally {
    live(scene);
  }
}

Deno.test("repairHook() makes a change of libxdp whole that died before any of its steps", async () => {
  let step = 0;
  for (;; step++) {
    using scene = new Scene();
    await scene.change(add(10, 30));
    const isDead = await changeAndDie(scene, step);
    await scene.repair();
    strictEqual(await scene.repair(), null, `step ${step}: mended twice`);
    const isUndone = isDead && step === 0;
    deepStrictEqual(
      [scene.libxdp.priorities, scene.links],
      isUndone ? [[30, THEIRS], [10]] : [[THEIRS, 50, 60], [10, 20]],
      `step ${step}`,
    );
    if (!isDead) break;
  }
  // the row, two joins, one leave, the rows
  strictEqual(step, 5);
});

Deno.test("repairHook() forgets a link that another user of libxdp took away", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30), add(20, 50));
  scene.libxdp.unload(30);
  strictEqual(await scene.repair(), "trim-hook");
  deepStrictEqual(scene.links, [20]);
  strictEqual(await scene.repair(), null);
  await scene.change({ kind: "remove", linkId: 20 });
  deepStrictEqual(scene.libxdp.priorities, [THEIRS]);
});

Deno.test("repairHook() forgets a hook whose programs all were taken away", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30));
  scene.libxdp.unload(30);
  strictEqual(await scene.repair(), "drop-hook");
  deepStrictEqual([scene.links, scene.store.state.hooks.size], [[], 0]);
  deepStrictEqual(scene.libxdp.priorities, [THEIRS]);
});

Deno.test("repairHook() clears the pins of libxdp on an interface that is gone", async () => {
  using scene = new Scene();
  await scene.change(add(10, 30));
  scene.libxdp.removeInterface();
  strictEqual(await scene.repair(), "drop-severed-hook");
  deepStrictEqual([scene.links, scene.libxdp.folders], [[], []]);
});
