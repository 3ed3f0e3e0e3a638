import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import type { ApplyPlace, ApplyRequest, AttachTarget } from "../../core/types.ts";
import { application, ApplyScene } from "../support/apply_scene.ts";
import { changingSteps, someSteps } from "../support/chain_crash.ts";
import { fixture } from "../support/cli.ts";
import { dieHere } from "../support/crash_child.ts";
import { mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { queryPrograms } from "../support/tcx_query.ts";
import { checkAgreement } from "../support/truth.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "tcx", "command:bpftool", "command:ip"];
const NEVER = 1_000_000;
const STRIDE = 9;

kernelTest("apply() brings back what was taken away by hand", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, workspace } = scene;
  const words = { programs: { xdp_member: [scene.xdp(10)], xdp_grow: [scene.xdp(20)] } };
  await scene.apply("shield", words);
  const member = scene.program("xdp_member").programId;
  await manager.detach(1);
  await manager.unload(scene.program("xdp_grow").programId);
  const { applications } = await scene.apply("shield", words);
  deepStrictEqual(applications.map(({ isChanged, generation }) => [isChanged, generation.number]), [
    [true, 1],
  ]);
  deepStrictEqual(scene.links(), [
    "3: xdp_member on xdp 10, shield 1",
    "4: xdp_grow on xdp 20, shield 1",
  ]);
  strictEqual(scene.program("xdp_member").programId, member, "what was there is kept");
  deepStrictEqual(scene.generations("shield"), ["1.json"]);

  // a version that was put there by hand belongs to the application, which wants another one
  await manager.replaceProgram({ programId: member, path: fixture("xdp_member_next") });
  notStrictEqual(scene.program("xdp_member").objectDigest, scene.program("xdp_grow").objectDigest);
  manager.notices();
  await scene.apply("shield", words);
  strictEqual(scene.program("xdp_member").objectDigest, scene.program("xdp_grow").objectDigest);
  deepStrictEqual(scene.links().length, 2);
  await checkAgreement(workspace);
});

kernelTest("apply() moves links that were made by hand with their program", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  await using other = await Wire.make();
  const { manager } = scene;
  await scene.apply("shield", { programs: { xdp_member: [scene.xdp(10)] } });
  const { programId } = scene.program("xdp_member");
  const { interface: name, netns } = other.near;
  await manager.attach({ programId, target: { kind: "xdp", interface: name, netns, priority: 7 } });
  const asked: ApplyPlace[] = [];
  await scene.apply("shield", {
    object: "xdp_member_next",
    programs: { xdp_member: [scene.xdp(30)] },
    globals: {},
  }, { admit: (place) => void asked.push(place) });
  deepStrictEqual(scene.links(), [
    "1: xdp_member on xdp 30, shield 2",
    "2: xdp_member on xdp 7, by hand",
  ]);
  deepStrictEqual(asked.map(({ link, target }) => [link?.id, target?.kind]), [[1, "xdp"], [
    2,
    undefined,
  ]]);
  deepStrictEqual(manager.notices(), []);
  await manager.apply(scene.request([], { remove: ["shield"] }));
  deepStrictEqual(scene.links(), []);
  deepStrictEqual(manager.notices().map(({ code }) => code), ["link-gone-along"]);
  deepStrictEqual(scene.workspace.litter(), []);
});

kernelTest("apply() asks for every place before anything is changed", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { workspace } = scene;
  await scene.apply("shield", { programs: { xdp_member: [scene.xdp(10)] } });
  const [before, litter] = [scene.rows(), workspace.litter()];
  const refuse = ({ target }: ApplyPlace) => {
    if (target?.kind !== "xdp" || target.priority !== 30) return;
    throw new BpfmanError("Nobody may be there", { code: "policy-refused" });
  };
  await rejects(
    scene.apply("shield", {
      object: "xdp_member_next",
      programs: { xdp_member: [scene.xdp(10)], xdp_gate: [scene.xdp(30)] },
      globals: {},
    }, { admit: refuse }),
    (error) =>
      error instanceof BpfmanError && error.code === "policy-refused" &&
      error.message === 'Cannot apply application "shield": nobody may be there',
  );
  deepStrictEqual(scene.rows(), before);
  deepStrictEqual(workspace.litter(), litter);
});

kernelTest("apply() refuses an object that is not the one decided about", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const programs = { xdp_member: [scene.xdp(10)] };
  const wanted = await application("shield", { programs, globals: {} });
  const { object } = await application("shield", { object: "xdp_member_next", programs: {} });
  await rejects(
    scene.manager.apply(scene.request([{ ...wanted, object }])),
    (error) => error instanceof BpfmanError && error.code === "object-digest-mismatch",
  );
  await rejects(
    scene.manager.apply(scene.request([{ ...wanted, object: null }])),
    (error) => error instanceof BpfmanError && error.code === "object-missing",
  );
  deepStrictEqual(scene.workspace.litter(), []);
  strictEqual(scene.rows().apply, undefined);
});

kernelTest("an apply that cannot be finished after a death is undone", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, workspace } = scene;
  const version = async (object: string, places: readonly AttachTarget[]) =>
    scene.request([
      await application("shield", { object, programs: { xdp_member: places }, globals: {} }),
      await application("counter", {
        object: "tcx_counter",
        type: "tcx",
        programs: { tcx_ingress_count: [scene.tcx(places.length)] },
        globals: {},
      }),
    ]);
  const one = await version("xdp_member", [scene.xdp(10)]);
  const elsewhere = ({ near }: Wire): AttachTarget => (
    { kind: "xdp", interface: near.interface, netns: near.netns, priority: 3 }
  );
  const next = async (wire: Wire): Promise<ApplyRequest> =>
    await version("xdp_member_next", [scene.xdp(20), elsewhere(wire)]);
  await manager.apply(one);
  let names: string[] = [];
  {
    await using wire = await Wire.make();
    const request = await next(wire);
    await manager.apply(request);
    await manager.apply(one);
    names = await dieHere(workspace, { verb: "apply", request }, NEVER);
    await manager.apply(one);
  }
  let undone = 0;
  const phases = new Set<string>();
  for (const step of someSteps(changingSteps(names), STRIDE)) {
    const words = `dead before step ${step}, ${names[step]}`;
    {
      await using wire = await Wire.make();
      await dieHere(workspace, { verb: "apply", request: await next(wire) }, step);
      // gone when the command is; a namespace goes later than its name
      const { netns, interface: name } = wire.near;
      await mustRun("nsenter", [`--net=${netns}`, "ip", "link", "del", name]);
    }
    const phase = scene.rows().apply?.phase ?? "none";
    phases.add(phase);
    manager.notices();
    await manager.detach(NEVER, { ignoreMissing: true });
    await checkAgreement(workspace);
    strictEqual(scene.rows().apply, undefined, words);
    if (phase === "switch") {
      undone++;
      const told = manager.notices().map(({ message }) => message);
      ok(told.some((message) => message.endsWith("was interrupted: it is undone")), words);
      const links = scene.links().map((line) => line.replace(/shield \d+/, "shield"));
      const left = links.filter((line) => line.includes("xdp_member on xdp 10, shield"));
      strictEqual(left.length, 1, `${words}: ${links.join("; ")}`);
    }
    await manager.apply(one);
    strictEqual(scene.links().length, 2, words);
  }
  ok(undone > 1, `${undone} undone`);
  ok(phases.has("clear") && phases.has("load"), [...phases].join());
});

kernelTest(
  "what cannot be written in the data directory keeps nobody from working",
  NEEDS,
  async () => {
    await using scene = await ApplyScene.make();
    const { manager, workspace, data } = scene;
    const one = scene.request([
      await application("shield", { programs: { xdp_member: [scene.xdp(10)] } }),
    ]);
    const two = scene.request([
      await application("shield", { programs: { xdp_member: [scene.xdp(20)] } }),
    ]);
    await manager.apply(one);
    const names = await dieHere(workspace, { verb: "apply", request: two }, NEVER);
    await manager.apply(one);
    const generations = `${data}/applications/shield/generations`;
    // the last file that gets its name is the generation's
    for (const step of changingSteps(names)) {
      await dieHere(workspace, { verb: "apply", request: two }, step);
      if (scene.rows().apply?.phase === "clear") break;
      await manager.apply(one);
    }
    strictEqual(scene.rows().apply?.phase, "clear");
    await Deno.rename(generations, `${generations}.aside`);
    await Deno.writeTextFile(generations, "");
    manager.notices();
    await manager.detach(NEVER, { ignoreMissing: true });
    const told = manager.notices();
    deepStrictEqual(told.map(({ code }) => code), ["interrupted-apply"]);
    ok(
      told[0]?.message.includes("it is not settled yet: Cannot keep generations"),
      told[0]?.message,
    );
    strictEqual(scene.rows().apply?.phase, "clear");
    await rejects(
      manager.apply(one),
      (error) => error instanceof BpfmanError && error.code === "generation-unwritable",
    );
    await Deno.remove(generations);
    await Deno.rename(`${generations}.aside`, generations);
    await manager.detach(NEVER, { ignoreMissing: true });
    strictEqual(scene.rows().apply, undefined);
    const last = (await manager.history(data, "shield")).at(-1);
    deepStrictEqual(scene.links().map((line) => line.replace(/^\d+: /, "")), [
      `xdp_member on xdp 20, shield ${last?.number}`,
    ]);
    await checkAgreement(workspace);
  },
);

kernelTest("apply() does not go on from a generation that is damaged", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const words = { programs: { xdp_member: [scene.xdp(10)] } };
  await scene.apply("shield", words);
  const before = scene.rows();
  const path = `${scene.data}/applications/shield/generations/1.json`;
  await Deno.writeTextFile(path, "{half");
  await rejects(
    scene.apply("shield", words),
    (error) =>
      error instanceof BpfmanError && error.code === "generation-corrupt" &&
      error.message.includes(path),
  );
  deepStrictEqual(scene.rows(), before);
});

/** The order in which the kernel runs the counters on the near end. */
function tcxOrder(scene: ApplyScene): string[] {
  const { programs } = scene.rows();
  return queryPrograms(scene.wire.near, "ingress").map((id) => {
    const declared = programs.get(id)?.declared;
    return declared === undefined ? "by hand" : `${declared.application}`;
  });
}

kernelTest(
  "apply() gives TCX links the order that priorities ask for, and back",
  NEEDS,
  async () => {
    await using scene = await ApplyScene.make();
    const { manager, workspace } = scene;
    const counters = async (places: Readonly<Record<string, number>>): Promise<ApplyRequest> =>
      scene.request(
        await Promise.all(
          Object.entries(places).map(([name, priority]) =>
            application(name, {
              object: "tcx_counter",
              type: "tcx",
              programs: { tcx_ingress_count: [scene.tcx(priority)] },
              globals: {},
            })
          ),
        ),
      );
    await manager.apply(await counters({ one: 10, two: 30 }));
    const program = { type: "tcx", name: "tcx_ingress_count" } as const;
    const load = { path: fixture("tcx_counter"), programs: [program] };
    await manager.run({ load, target: scene.tcx(10) });
    deepStrictEqual(tcxOrder(scene), ["one", "by hand", "two"]);
    const [before, ids] = [scene.links(), queryPrograms(scene.wire.near, "ingress")];

    await manager.apply(await counters({ one: 20, two: 30 }));
    deepStrictEqual(tcxOrder(scene), ["by hand", "one", "two"]);
    await manager.apply(await counters({ one: 25, two: 5 }));
    deepStrictEqual(tcxOrder(scene), ["two", "by hand", "one"]);
    await manager.apply(await counters({ one: 10, two: 30 }));
    // of the same priority the older one comes first, also when it was away
    deepStrictEqual(tcxOrder(scene), ["one", "by hand", "two"]);
    deepStrictEqual(queryPrograms(scene.wire.near, "ingress"), ids);

    const watch = () => Promise.resolve({ isPassed: false, reason: "it was to fail" });
    await rejects(
      manager.apply({ ...await counters({ one: 40, two: 5 }), watch }),
      /it was to fail/,
    );
    deepStrictEqual(tcxOrder(scene), ["one", "by hand", "two"]);
    deepStrictEqual(
      scene.links().map((line) => line.replace(/ \d+$/, "")),
      before.map((line) => line.replace(/ \d+$/, "")),
    );
    await checkAgreement(workspace);
  },
);
