import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Manager } from "../../core/api.ts";
import type { AttachTarget, LoadRequest } from "../../core/types.ts";
import { ROOT } from "../support/cli.ts";
import { type Change, makeChange } from "../support/crash_child.ts";
import { openOn } from "../support/in_process.ts";
import { must, runProgram } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { OwnObject } from "../support/own_object.ts";
import { kernelTest } from "../support/requires.ts";
import { checkAgreement, pinnedLinks, pinnedPrograms } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:ip", "tracefs"] as const;
const NEVER = 1_000_000;

/** The sweep of faults kills at system calls; here every second step is enough. */
const STRIDE = 2;

/** What the crash tests work on. */
interface Scene {
  readonly workspace: Workspace;
  readonly manager: Manager;
  readonly wire: Wire;
  readonly object: OwnObject;
}

function batchOf({ object }: Scene): LoadRequest {
  return {
    path: object.path,
    programs: [
      { type: "xdp", name: object.name("xdp_first") },
      { type: "tracepoint", name: object.name("many_openat") },
    ],
  };
}

async function crash({ workspace }: Scene, change: Change, step: number): Promise<string[]> {
  const script = `${ROOT}tests/support/crash_child.ts`;
  const args = ["run", "-A", script, workspace.path, String(step), JSON.stringify(change)];
  const { code, stdout, stderr } = await runProgram(Deno.execPath(), args, { cwd: ROOT });
  if (code === 0) return JSON.parse(stdout);
  strictEqual(code, 137, `killed by SIGKILL, but: ${stderr}`);
  return [];
}

async function loadBatch(scene: Scene): Promise<{ xdp: number; tracepoint: number }> {
  const [xdp, tracepoint] = await scene.manager.load(batchOf(scene));
  return {
    xdp: must(xdp, "program").record.programId,
    tracepoint: must(tracepoint, "program").record.programId,
  };
}

/** Readers tell the truth without mending: what they list is pinned, and what is whole is listed. */
async function checkReaders({ workspace, manager }: Scene): Promise<void> {
  const programs = await manager.listPrograms();
  const links = await manager.listLinks();
  const pinned = pinnedPrograms(workspace);
  for (const { programId, kernel } of programs) {
    ok(pinned.includes(programId), `program ${programId} is listed without a pin`);
    ok(kernel !== null, `program ${programId} is listed and not in the kernel`);
  }
  for (const { record, isKernelSeen } of links) {
    ok(isKernelSeen, `link ${record.id} is listed and not in the kernel`);
  }
  const paths = links.map(({ record }) => record.pinPath).sort();
  deepStrictEqual(paths, pinnedLinks(workspace), "listed links and pins");
}

/** The next change mends all; a further one finds nothing to do. */
async function recover(scene: Scene): Promise<void> {
  const { manager, workspace, object } = scene;
  await checkReaders(scene);
  await manager.detach(NEVER, { ignoreMissing: true });
  const rows = await checkAgreement(workspace);
  manager.notices();
  await manager.detach(NEVER, { ignoreMissing: true });
  deepStrictEqual(manager.notices(), [], "mended twice");
  await object.mustBeInKernel(rows.programs.map(({ programId }) => programId));
}

async function clear({ manager, workspace }: Scene): Promise<void> {
  for (const { programId } of await manager.listPrograms()) await manager.unload(programId);
  deepStrictEqual(workspace.litter(), []);
}

/** Kills a change before each of its steps, and checks after each that all is mended. */
async function crashEverywhere(
  t: Deno.TestContext,
  scene: Scene,
  prepare: () => Promise<Change>,
): Promise<void> {
  // the directory exists and is mounted from here on
  await scene.manager.detach(NEVER, { ignoreMissing: true });
  const names = await crash(scene, await prepare(), NEVER);
  ok(names.length > 5, `only ${names.length} steps`);
  await recover(scene);
  await clear(scene);
  for (let step = 0; step < names.length; step += STRIDE) {
    await t.step(`before step ${step}, ${names[step]}`, async () => {
      const change = await prepare();
      await crash(scene, change, step);
      await recover(scene);
      await clear(scene);
    });
  }
}

async function makeScene(
  stack: AsyncDisposableStack,
  name = "many",
  programs: readonly string[] = ["xdp_first", "many_openat"],
): Promise<Scene> {
  const workspace = stack.use(await Workspace.make());
  const wire = stack.use(await Wire.make());
  const manager = stack.use(await openOn(workspace));
  const object = await OwnObject.make(workspace.path, name, programs);
  return { workspace, manager, wire, object };
}

function xdpTarget({ near }: Wire): AttachTarget {
  return { kind: "xdp", interface: near.interface, netns: near.netns, priority: 1 };
}

const TRACEPOINT: AttachTarget = {
  kind: "tracepoint",
  group: "syscalls",
  name: "sys_enter_openat",
};

kernelTest("a load that is killed at every second step is finished or undone", NEEDS, async (t) => {
  await using stack = new AsyncDisposableStack();
  const scene = await makeScene(stack);
  await crashEverywhere(t, scene, () => Promise.resolve({ verb: "load", request: batchOf(scene) }));
});

kernelTest("a load with a shared map that is killed is finished or undone", NEEDS, async (t) => {
  await using stack = new AsyncDisposableStack();
  const scene = await makeScene(stack, "pinned_map", ["xdp_shared_count"]);
  const program = { type: "xdp", name: scene.object.name("xdp_shared_count") } as const;
  const request = { path: scene.object.path, programs: [program, program] };
  await crashEverywhere(t, scene, () => Promise.resolve({ verb: "load", request }));
});

kernelTest(
  "an XDP attach that is killed at every second step is finished or undone",
  NEEDS,
  async (t) => {
    await using stack = new AsyncDisposableStack();
    const scene = await makeScene(stack);
    await crashEverywhere(t, scene, async () => {
      const { xdp } = await loadBatch(scene);
      return { verb: "attach", request: { programId: xdp, target: xdpTarget(scene.wire) } };
    });
  },
);

kernelTest(
  "a detach that is killed at every second step is finished or undone",
  NEEDS,
  async (t) => {
    await using stack = new AsyncDisposableStack();
    const scene = await makeScene(stack);
    await crashEverywhere(t, scene, async () => {
      const { xdp } = await loadBatch(scene);
      const target = xdpTarget(scene.wire);
      const { record } = await scene.manager.attach({ programId: xdp, target });
      return { verb: "detach", id: record.id };
    });
  },
);

kernelTest(
  "an unload that is killed at every second step is finished or undone",
  NEEDS,
  async (t) => {
    await using stack = new AsyncDisposableStack();
    const scene = await makeScene(stack);
    await crashEverywhere(t, scene, async () => {
      const { tracepoint } = await loadBatch(scene);
      await makeChange(scene.manager, {
        verb: "attach",
        request: { programId: tracepoint, target: TRACEPOINT },
      });
      return { verb: "unload", id: tracepoint };
    });
  },
);

kernelTest("a very first load that is killed leaves a directory that works", NEEDS, async (t) => {
  await using folder = await Workspace.make();
  const object = await OwnObject.make(folder.path, "many", ["xdp_first", "many_openat"]);
  const run = async (step: number): Promise<number> => {
    await using workspace = await Workspace.make();
    await using manager = await openOn(workspace);
    const scene = { workspace, manager, object } as Scene;
    const names = await crash(scene, { verb: "load", request: batchOf(scene) }, step);
    await manager.listPrograms();
    await loadBatch(scene);
    const rows = await checkAgreement(workspace);
    await object.mustBeInKernel(rows.programs.map(({ programId }) => programId));
    return names.length;
  };
  const total = await run(NEVER);
  for (let step = 0; step < total; step += STRIDE) {
    await t.step(`before step ${step}`, async () => void await run(step));
  }
});
