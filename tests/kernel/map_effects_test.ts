import { deepStrictEqual } from "node:assert/strict";
import type { MapEffect } from "../../core/declared/effect_types.ts";
import { mapEffects } from "../../core/declared/map_effects.ts";
import type { ApplicationPlan, ProgramStep } from "../../core/declared/types.ts";
import { Layout } from "../../core/layout.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import { openKernel } from "../../ffi/mod.ts";
import { fixture } from "../support/cli.ts";
import { samplePlan } from "../support/declared.ts";
import { openOn } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { storeState } from "../support/records.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;

/** A machine on which one program is loaded. */
async function scene(object: string, name: string) {
  await using stack = new AsyncDisposableStack();
  const workspace = stack.use(await Workspace.make());
  const manager = stack.use(await openOn(workspace));
  const [view] = await manager.load({
    path: fixture(object),
    programs: [{ type: "xdp", name }],
  });
  const { programId } = must(view, "program").record;
  stack.defer(() => manager.unload(programId).then(() => {}));
  const owned = stack.move();
  const layout = new Layout(workspace.path);
  const machine = { kernel: openKernel(), layout, now: () => new Date() };
  const effects = (step: ProgramStep, next: string | null) => {
    const plan: ApplicationPlan = { ...samplePlan([], storeState([])), programs: [step] };
    const bytes = next === null ? null : Deno.readFileSync(fixture(next));
    const [found] = mapEffects(machine, { plan, rows: readSnapshot(layout.snapshot), bytes });
    return must(found, "effects").map((map: MapEffect) => [map.name, map.fate, map.reason]);
  };
  return { programId, effects, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

kernelTest(
  "mapEffects() tells maps that are kept, new, of another shape, and gone",
  NEEDS,
  async () => {
    await using one = await scene("xdp_member", "xdp_member");
    const replace = { kind: "replace", name: "xdp_member", from: one.programId } as const;

    deepStrictEqual(one.effects(replace, "xdp_member_next"), [
      ["member_stats", "kept", null],
      ["member_news", "created", null],
      ["member_jumps", "dropped", null],
    ]);
    deepStrictEqual(one.effects(replace, "xdp_member_other"), [
      [
        "member_stats",
        "incompatible",
        "max_entries: the object declares 64, the map that is there has 2",
      ],
      ["member_jumps", "dropped", null],
    ]);
    const unload = { kind: "unload", name: "xdp_member", from: one.programId } as const;
    deepStrictEqual(one.effects(unload, null), [
      ["member_jumps", "dropped", null],
      ["member_stats", "dropped", null],
    ]);
    const keep = { kind: "keep", name: "xdp_member", programId: one.programId } as const;
    deepStrictEqual(one.effects(keep, "xdp_member"), []);
    deepStrictEqual(one.effects({ kind: "load", name: "xdp_gate" }, "xdp_member"), [
      ["member_stats", "created", null],
      ["member_jumps", "created", null],
    ]);
  },
);

kernelTest(
  "mapEffects() tells maps that are shared as they are pinned by name",
  NEEDS,
  async () => {
    await using one = await scene("pinned_map", "xdp_shared_count");
    const load = { kind: "load", name: "xdp_shared_count" } as const;
    deepStrictEqual(one.effects(load, "pinned_map"), [["shared_counts", "shared", null]]);
  },
);
