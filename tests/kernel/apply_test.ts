import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import { application, ApplyScene, STEP } from "../support/apply_scene.ts";
import { mustVanish } from "../support/bpftool.ts";
import { Member } from "../support/member.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip"];

kernelTest("apply() makes an application, and keeps its generation", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, wire, workspace } = scene;

  const { applications } = await scene.apply("shield", {
    programs: { xdp_member: [scene.xdp(10)], xdp_gate: [scene.xdp(20)] },
    labels: { tier: "front" },
  });

  deepStrictEqual(applications.map(({ name, isChanged }) => [name, isChanged]), [["shield", true]]);
  deepStrictEqual(scene.links(), [
    "1: xdp_member on xdp 10, shield 1",
    "2: xdp_gate on xdp 20, shield 1",
  ]);
  const row = scene.program("xdp_member");
  deepStrictEqual(row.metadata, { tier: "front", "bpfman.io/application": "shield" });
  deepStrictEqual([row.declared, row.applyId], [
    { application: "shield", generation: 1 },
    undefined,
  ]);
  strictEqual(scene.rows().apply, undefined);
  await checkAgreement(workspace);
  using member = new Member(row.programId);
  await wire.sendIn(2);
  strictEqual(member.runs, 2 * STEP);
  deepStrictEqual(scene.generations("shield"), ["1.json"]);
  const [generation] = await manager.history(scene.data);
  deepStrictEqual(generation, applications[0]?.generation);
  const copy = `${scene.data}/objects/sha256/${row.objectDigest.slice("sha256:".length)}`;
  strictEqual(Deno.statSync(copy).isFile, true);
});

kernelTest("apply() changes nothing where all is as it is wanted", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const words = { programs: { xdp_member: [scene.xdp(10)] } };
  await scene.apply("shield", words);
  const [before, file] = [
    scene.rows(),
    Deno.readTextFileSync(`${scene.workspace.path}/db/state.json`),
  ];
  const { applications } = await scene.apply("shield", words);
  deepStrictEqual(applications.map(({ isChanged }) => isChanged), [false]);
  deepStrictEqual(scene.rows(), before);
  strictEqual(Deno.readTextFileSync(`${scene.workspace.path}/db/state.json`), file);
  deepStrictEqual(scene.generations("shield"), ["1.json"]);
  deepStrictEqual(scene.manager.notices(), []);
});

kernelTest("apply() adds, moves and removes links by one swap of the hook", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, workspace } = scene;
  await scene.apply("shield", {
    programs: { xdp_member: [scene.xdp(10)], xdp_gate: [scene.xdp(20)] },
  });
  const [revision, ids] = [revisionOf(scene), [...scene.rows().programs.keys()]];

  await scene.apply("shield", {
    programs: { xdp_gate: [scene.xdp(20)], xdp_member: [scene.xdp(30)], xdp_grow: [scene.xdp(5)] },
  });

  strictEqual(revisionOf(scene), revision + 1, "one swap");
  deepStrictEqual(scene.links(), [
    "1: xdp_member on xdp 30, shield 2",
    "2: xdp_gate on xdp 20, shield 2",
    "3: xdp_grow on xdp 5, shield 2",
  ]);
  deepStrictEqual([...scene.rows().programs.keys()].slice(0, 2), ids, "programs are kept");
  await scene.apply("shield", { programs: { xdp_grow: [scene.xdp(5)] } });
  strictEqual(revisionOf(scene), revision + 2, "one swap");
  deepStrictEqual(scene.links(), ["3: xdp_grow on xdp 5, shield 3"]);
  strictEqual((await manager.listPrograms()).length, 1);
  await checkAgreement(workspace);
});

function revisionOf(scene: ApplyScene): number {
  const [hook] = [...scene.rows().hooks.values()];
  return hook?.current?.revision ?? 0;
}

kernelTest("apply() keeps maps, ids and places when the object changes", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, wire, workspace } = scene;
  const programs = { xdp_member: [scene.xdp(10)] };
  await scene.apply("shield", { programs });
  const old = scene.program("xdp_member");
  using member = new Member(old.programId);
  await wire.sendIn(4);
  strictEqual(member.runs, 4 * STEP);

  await scene.apply("shield", { programs, object: "xdp_member_next", globals: {} });

  const { programId } = scene.program("xdp_member");
  notStrictEqual(programId, old.programId);
  deepStrictEqual(scene.links(), ["1: xdp_member on xdp 10, shield 2"]);
  await wire.sendIn(2);
  strictEqual(member.runs, 4 * STEP + 2 * 1000, "the new version counts on in the same map");
  await checkAgreement(workspace);
  await mustVanish("prog", old.programId);
  deepStrictEqual(manager.notices(), []);

  await scene.apply("shield", { programs, object: "xdp_member_other", globals: {} });
  deepStrictEqual(manager.notices().map(({ code }) => code), ["map-renewed"]);
  using fresh = new Member(scene.program("xdp_member").programId);
  await wire.sendIn(1);
  deepStrictEqual([fresh.runs, member.runs], [1, 4 * STEP + 2 * 1000]);
});

kernelTest(
  "apply() takes an application away, and leaves what was made by hand",
  NEEDS,
  async () => {
    await using scene = await ApplyScene.make();
    const { manager, workspace, wire } = scene;
    const { object } = await application("none", { programs: {} });
    ok(object !== null);
    const [hand] = await manager.load({
      ...object,
      programs: [{ type: "xdp", name: "xdp_member" }],
    });
    const programId = hand?.record.programId ?? 0;
    await manager.attach({ programId, target: scene.xdp(15) });
    await scene.apply("shield", {
      programs: { xdp_gate: [scene.xdp(10)], xdp_grow: [scene.xdp(20)] },
    });
    await scene.apply("other", { programs: { xdp_grow: [scene.xdp(12)] } });
    deepStrictEqual(scene.links(), [
      "1: xdp_member on xdp 15, by hand",
      "2: xdp_gate on xdp 10, shield 1",
      "3: xdp_grow on xdp 20, shield 1",
      "4: xdp_grow on xdp 12, other 1",
    ]);
    const revision = revisionOf(scene);

    await manager.apply(scene.request([], { remove: ["shield"] }));

    strictEqual(revisionOf(scene), revision + 1, "one swap");
    deepStrictEqual(scene.links(), [
      "1: xdp_member on xdp 15, by hand",
      "4: xdp_grow on xdp 12, other 1",
    ]);
    const { programs } = await checkAgreement(workspace);
    strictEqual(programs.length, 2);
    using member = new Member(programId);
    await wire.sendIn(3);
    strictEqual(member.runs, 3);
    deepStrictEqual(
      (await manager.history(scene.data, "shield")).map(({ isDeleted }) => isDeleted),
      [false, true],
    );
    const { applications } = await manager.apply(scene.request([], { remove: ["shield"] }));
    deepStrictEqual(applications.map(({ isChanged }) => isChanged), [false]);
  },
);

kernelTest(
  "apply() refuses applications of other owners, unless they are taken over",
  NEEDS,
  async () => {
    await using scene = await ApplyScene.make();
    const words = { programs: { xdp_member: [scene.xdp(10)] } };
    await scene.apply("shield", words);
    const before = scene.rows();
    const isRefused = (error: unknown) =>
      error instanceof BpfmanError && error.code === "other-owner";
    await rejects(scene.apply("shield", words, { owner: "ops" }), isRefused);
    await rejects(
      scene.manager.apply(scene.request([], { owner: "ops", remove: ["shield"] })),
      isRefused,
    );
    deepStrictEqual(scene.rows(), before);
    await scene.apply("shield", words, { owner: "ops", takeOver: true });
    deepStrictEqual(scene.links(), ["1: xdp_member on xdp 10, shield 2"]);
  },
);

kernelTest("apply() of several applications is all or nothing", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, workspace, wire } = scene;
  await scene.apply("one", { programs: { xdp_member: [scene.xdp(10)] } });
  const [before, litter] = [scene.rows(), workspace.litter()];
  const good = await application("one", {
    object: "xdp_member_next",
    programs: { xdp_member: [scene.xdp(40)] },
    globals: {},
  });
  const refused = async (other: Awaited<ReturnType<typeof application>>, code: string) => {
    await rejects(
      manager.apply(scene.request([good, other])),
      (error) => {
        ok(error instanceof BpfmanError, String(error));
        deepStrictEqual([
          error.code,
          error.message.includes('Cannot apply applications "one", "two"'),
        ], [
          code,
          true,
        ], error.message);
        return true;
      },
    );
    const { nextLinkId: _, hooks: __, ...after } = scene.rows();
    const { nextLinkId: ___, hooks: ____, ...rows } = before;
    // ids of links are never used again, and the hook may have gone there and back
    deepStrictEqual(after.programs, rows.programs);
    deepStrictEqual(after.apply, undefined);
    deepStrictEqual(scene.links(), ["1: xdp_member on xdp 10, one 1"]);
    deepStrictEqual([scene.generations("one"), scene.generations("two")], [["1.json"], []]);
    await checkAgreement(workspace);
    strictEqual(workspace.litter().length, litter.length);
  };
  // refused by the verifier, when the first application is loaded
  await refused(
    await application("two", {
      object: "bad_verifier",
      programs: { xdp_unchecked: [scene.xdp(20)] },
      globals: {},
    }),
    "verifier-rejected",
  );
  // refused when the places are looked for
  await refused(
    await application("two", {
      programs: { xdp_gate: [{ kind: "xdp", interface: "none0", priority: 1 }] },
    }),
    "interface-not-found",
  );
  using member = new Member(scene.program("xdp_member").programId);
  await wire.sendIn(2);
  strictEqual(member.runs, 2 * STEP);
});
