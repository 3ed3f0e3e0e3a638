import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import type {
  ApplyRequest,
  ApplyScene as Scene,
  ApplyVerdict,
  AttachTarget,
  ProgramRecord,
  StatusFinding,
} from "../../core/types.ts";
import { application, ApplyScene, STEP_VALUE } from "../support/apply_scene.ts";
import { changingSteps, someSteps } from "../support/chain_crash.ts";
import { fixture } from "../support/cli.ts";
import { dieHere } from "../support/crash_child.ts";
import { Member } from "../support/member.ts";
import { mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "tcx", "tracefs", "command:bpftool", "command:ip"];
const NEVER = 1_000_000;
const STRIDE = 6;

interface Rows {
  readonly programs: readonly ProgramRecord[];
  readonly places: readonly unknown[];
}

/** Rows without what may differ once a hook was changed and changed back. */
function rowsOf(scene: ApplyScene): Rows {
  const { programs, links } = scene.rows();
  const places = [...links.values()].map(({ kernelLinkId: _, pinPath: __, ...row }) => row);
  return { programs: [...programs.values()], places };
}

/** An application of several kinds, and its next version, which changes all of them. */
async function versions(scene: ApplyScene): Promise<{ one: ApplyRequest; two: ApplyRequest }> {
  const { manager } = scene;
  const tcx = { type: "tcx", name: "tcx_ingress_count" } as const;
  // between the places that the counter has before and after
  await manager.run({
    load: { path: fixture("tcx_counter"), programs: [tcx] },
    target: scene.tcx(15),
  });
  // another value of a variable is another version of the program
  const counter = (priority: number, globals: Record<string, string>) =>
    application("counter", {
      object: "tc_member",
      type: "tcx",
      programs: { tc_member: [scene.tcx(priority)] },
      globals,
    });
  const openat = (name: string) => ({ kind: "tracepoint", group: "syscalls", name }) as const;
  const probes = (globals: Record<string, string>, names: readonly string[]) =>
    application("probes", {
      object: "tracepoint_counter",
      type: "tracepoint",
      programs: { count_openat: names.map(openat) },
      globals,
    });
  const shield = (object: string, priority: number) =>
    application("shield", { object, programs: { xdp_member: [scene.xdp(priority)] }, globals: {} });
  const one = [
    await counter(10, {}),
    await probes({}, ["sys_enter_openat", "sys_enter_openat2"]),
    await shield("xdp_member", 10),
    await application("going", { programs: { xdp_grow: [scene.xdp(20)] } }),
  ];
  const two = [
    await counter(20, { step: STEP_VALUE }),
    await probes({ target_tgid: STEP_VALUE }, ["sys_enter_openat", "sys_exit_openat"]),
    await shield("xdp_member_next", 30),
  ];
  return { one: scene.request(one), two: scene.request(two, { remove: ["going"] }) };
}

const passes = (): Promise<ApplyVerdict> => Promise.resolve({ isPassed: true, reason: "" });
const fails = (): Promise<ApplyVerdict> =>
  Promise.resolve({ isPassed: false, reason: "aborted==0 does not hold" });

kernelTest("apply() with a gate keeps the old version until it is passed", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, wire } = scene;
  const { one, two } = await versions(scene);
  await manager.apply(one);
  const old = scene.program("xdp_member").programId;
  using member = new Member(old);
  let watched: Scene | undefined;
  const watch = async (made: Scene): Promise<ApplyVerdict> => {
    watched = made;
    ok(scene.rows().programs.has(old), "the old version is there");
    deepStrictEqual(scene.generations("shield").filter((name) => name.endsWith(".json")), [
      "1.json",
    ]);
    await wire.sendIn(2);
    strictEqual(member.runs, 2 * 1000, "packets meet the new version");
    return await passes();
  };
  await manager.apply({ ...two, watch });
  deepStrictEqual(watched?.programs.map(({ name }) => name), [
    "tc_member",
    "count_openat",
    "xdp_member",
  ]);
  deepStrictEqual(watched?.links.map(({ details }) => details.kind).sort(), [
    "tcx",
    "tracepoint",
    "tracepoint",
    "xdp",
  ]);
  strictEqual(scene.rows().programs.has(old), false);
  deepStrictEqual(scene.generations("shield"), ["1.json", "2.json"]);
  await checkAgreement(scene.workspace);
});

kernelTest("apply() goes back when the gate is not passed", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  const { manager, wire, workspace } = scene;
  const { one, two } = await versions(scene);
  await manager.apply(one);
  const [before, litter] = [rowsOf(scene), workspace.litter().length];

  await rejects(
    manager.apply({ ...two, watch: fails }),
    (error) =>
      error instanceof BpfmanError && error.code === "gate-failed" &&
      /^Cannot apply applications .* the gate was not passed: aborted==0 does not hold$/
        .test(error.message),
  );

  deepStrictEqual(rowsOf(scene), before);
  deepStrictEqual(workspace.litter().length, litter);
  deepStrictEqual(scene.generations("shield"), ["1.json"]);
  strictEqual(scene.rows().apply, undefined);
  deepStrictEqual(manager.notices(), []);
  using member = new Member(scene.program("xdp_member").programId);
  await wire.sendIn(2);
  strictEqual(member.runs, 2, "the old version counts on");
  await checkAgreement(workspace);
  deepStrictEqual((await manager.status()).findings, []);

  const thrown = new BpfmanError("Cannot sample", { code: "kernel-refused" });
  await rejects(manager.apply({ ...two, watch: () => Promise.reject(thrown) }), /annot sample/);
  deepStrictEqual(rowsOf(scene), before);
});

kernelTest("apply() goes back without links whose interface is gone", NEEDS, async () => {
  await using scene = await ApplyScene.make();
  await using other = await Wire.make();
  const { manager, workspace, wire } = scene;
  const { netns, interface: name } = other.near;
  const elsewhere = { interface: name, netns, priority: 3 } as const;
  const counter = () =>
    application("counter", {
      object: "tcx_counter",
      type: "tcx",
      programs: {
        tcx_ingress_count: [{ kind: "tcx", direction: "ingress", ...elsewhere }, scene.tcx(1)],
      },
      globals: {},
    });
  const shield = (object: string, targets: readonly AttachTarget[]) =>
    application("shield", { object, programs: { xdp_member: targets }, globals: {} });
  await manager.apply(scene.request([
    await counter(),
    await shield("xdp_member", [scene.xdp(10), { kind: "xdp", ...elsewhere }]),
  ]));
  const old = scene.program("xdp_member").programId;
  const watch = async (): Promise<ApplyVerdict> => {
    await mustRun("nsenter", [`--net=${netns}`, "ip", "link", "del", name]);
    return await fails();
  };
  const request = scene.request([
    await application("counter", {
      object: "tcx_counter",
      type: "tcx",
      programs: { tcx_egress_count: [scene.tcx(1)] },
      globals: {},
    }),
    await shield("xdp_member_next", [scene.xdp(20)]),
  ]);

  await rejects(manager.apply({ ...request, watch }), /the gate was not passed/);

  const lost = manager.notices();
  deepStrictEqual(lost.map(({ code }) => code), ["link-lost"]);
  ok(lost[0]?.message.startsWith(`link 4 on "${name}" could not be given back`), lost[0]?.message);
  strictEqual(scene.rows().apply, undefined);
  await manager.detach(NEVER, { ignoreMissing: true });
  deepStrictEqual(scene.links(), [
    "2: tcx_ingress_count on tcx 1, counter 1",
    "3: xdp_member on xdp 10, shield 1",
  ]);
  strictEqual(scene.program("xdp_member").programId, old);
  using member = new Member(old);
  await wire.sendIn(2);
  strictEqual(member.runs, 2);
  await checkAgreement(workspace);
});

for (const [title, watch] of [["passed", passes], ["not passed", fails]] as const) {
  kernelTest(`an apply whose gate is ${title} goes back when it dies`, NEEDS, async () => {
    await using scene = await ApplyScene.make();
    const { manager, workspace } = scene;
    const { one, two } = await versions(scene);
    const change = { verb: "apply", request: { ...two, watch } } as const;
    await manager.apply(one);
    let before = rowsOf(scene);
    // twice: the first time makes folders, too
    let names: string[] = [];
    for (let times = 0; times < 2; times++) {
      names = [];
      const whole = dieHere(workspace, change, { names });
      await (watch === passes ? whole : rejects(whole, /the gate was not passed/));
      await manager.apply(one);
    }
    before = watch === passes ? rowsOf(scene) : before;
    const steps = someSteps(changingSteps(names), STRIDE);
    let [undone, finished] = [0, 0];
    for (const step of steps) {
      const words = `dead before step ${step}, ${names[step]}`;
      await dieHere(workspace, change, step);
      await manager.detach(NEVER, { ignoreMissing: true });
      await checkAgreement(workspace);
      strictEqual(scene.rows().apply, undefined, words);
      deepStrictEqual((await manager.status()).findings.filter(isDrift), [], words);
      if (isUndone(scene, before)) {
        deepStrictEqual(rowsOf(scene), before, words);
        undone++;
      } else {
        finished++;
        await manager.apply(one);
        before = rowsOf(scene);
      }
    }
    ok(undone > 10, `${undone} undone`);
    // once it is passed, the new version stays
    strictEqual(finished > 0, watch === passes, `${finished} finished`);
  });
}

function isDrift({ severity }: StatusFinding): boolean {
  return severity === "drift";
}

/** True while the application runs the object that it ran before. */
function isUndone(scene: ApplyScene, before: Rows): boolean {
  const { objectDigest } = scene.program("xdp_member");
  return before.programs.some((row) => row.objectDigest === objectDigest);
}
