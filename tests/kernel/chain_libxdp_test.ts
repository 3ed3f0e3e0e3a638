import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Manager } from "../../core/api.ts";
import { BpfmanError } from "../../core/errors.ts";
import type { LinkView } from "../../core/types.ts";
import { changingSteps } from "../support/chain_crash.ts";
import { fixture } from "../support/cli.ts";
import { type Change, dieHere } from "../support/crash_child.ts";
import { openOn } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { SharedInterface } from "../support/shared_interface.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "freplace", "command:ip", "command:xdp-loader"] as const;
/** What the refusals take, which every kernel shows. */
const HOST_NEEDS = ["root", "bpffs", "command:ip", "command:xdp-loader"] as const;
const NEVER = 1_000_000;
/** Steps that only look at the dispatcher. */
const LOOKS = /^(maps\.(open|read)|libxdp\.dispatcher)$/;

/** A runtime directory with programs, and an interface that others use as well. */
class SharedScene implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly manager: Manager;
  readonly interface: SharedInterface;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<SharedScene, "workspace" | "manager" | "interface">,
    stack: AsyncDisposableStack,
  ) {
    this.workspace = parts.workspace;
    this.manager = parts.manager;
    this.interface = parts.interface;
    this.#stack = stack;
  }

  static async make(): Promise<SharedScene> {
    await using stack = new AsyncDisposableStack();
    const workspace = stack.use(await Workspace.make());
    const manager = stack.use(await openOn(workspace));
    const shared = stack.use(await SharedInterface.make());
    return new SharedScene({ workspace, manager, interface: shared }, stack.move());
  }

  /** Loads the plain member. */
  async load(): Promise<number> {
    const programs = [{ type: "xdp", name: "xdp_member" }] as const;
    const [view] = await this.manager.load({ path: fixture("xdp_member"), programs });
    return must(view, "program").record.programId;
  }

  /** What an attach to the interface asks for. */
  target(priority: number, engine: "auto" | "libxdp" = "auto") {
    return { kind: "xdp", interface: this.interface.name, priority, engine } as const;
  }

  attach(programId: number, priority: number, engine?: "auto" | "libxdp"): Promise<LinkView> {
    return this.manager.attach({ programId, target: this.target(priority, engine) });
  }

  async priorities(): Promise<number[]> {
    return (await this.interface.status()).map(({ priority }) => priority);
  }

  async links(): Promise<number[]> {
    return (await this.manager.listLinks()).map(({ record }) => record.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}

kernelTest("attach joins the dispatcher of libxdp that sits on the interface", NEEDS, async () => {
  await using scene = await SharedScene.make();
  const { manager, interface: shared } = scene;
  await shared.loadForeign("xdp_counter", "xdp_count", 40);
  const first = await scene.attach(await scene.load(), 30);
  const second = await scene.attach(await scene.load(), 50);

  strictEqual(first.chain?.engine, "libxdp");
  match(first.chain.reason, /a dispatcher of libxdp is on the interface/);
  deepStrictEqual(
    (await shared.status()).map(({ priority, name }) => [priority, name]),
    [[30, "xdp_member"], [40, "xdp_count"], [50, "xdp_member"]],
  );
  const [view] = await manager.listDispatchers();
  const key = must(view, "dispatcher").key;
  const { members, foreign } = await manager.getDispatcher(key);
  deepStrictEqual(members.map(({ link }) => link?.id), [first.record.id, second.record.id]);
  deepStrictEqual(foreign.map(({ name, position }) => [name, position]), [["xdp_count", 1]]);

  await manager.updateLink(first.record.id, { priority: 60 });
  deepStrictEqual(await scene.priorities(), [40, 50, 60]);

  await manager.detach(second.record.id);
  deepStrictEqual(await scene.priorities(), [40, 60]);
  await manager.detach(first.record.id);
  deepStrictEqual(await scene.priorities(), [40]);
  deepStrictEqual(await manager.listDispatchers(), []);
});

kernelTest("xdp-loader joins a dispatcher that we made, and takes all away", NEEDS, async () => {
  await using scene = await SharedScene.make();
  const { manager, interface: shared } = scene;
  const { record, chain } = await scene.attach(await scene.load(), 50, "libxdp");
  strictEqual(chain?.engine, "libxdp");
  await shared.loadForeign("xdp_counter", "xdp_count", 60);
  deepStrictEqual(await scene.priorities(), [50, 60]);
  strictEqual((await manager.getLink(record.id)).problem, null);

  await shared.unloadForeign("all");
  deepStrictEqual(await scene.links(), []);
  await manager.detach(NEVER, { ignoreMissing: true });
  deepStrictEqual(manager.notices().map(({ code }) => code).includes("link-gone"), true);
  strictEqual(shared.isTaken(), false);
});

kernelTest("a program that xdp-loader takes away from us is forgotten", NEEDS, async () => {
  await using scene = await SharedScene.make();
  const { manager, interface: shared } = scene;
  await scene.attach(await scene.load(), 50, "libxdp");
  const kept = await scene.attach(await scene.load(), 60);
  const [taken] = await shared.status();
  await shared.unloadForeign(must(taken, "program").id);
  deepStrictEqual(await scene.links(), [kept.record.id]);
  await manager.detach(NEVER, { ignoreMissing: true });
  // the list said it, and so did the change that mended it
  const codes = new Set(manager.notices().map(({ code }) => code));
  deepStrictEqual([...codes], ["link-gone"]);
  await manager.detach(NEVER, { ignoreMissing: true });
  deepStrictEqual(manager.notices(), []);
  deepStrictEqual(await scene.priorities(), [60]);
  strictEqual((await manager.getLink(kept.record.id)).problem, null);
  await manager.detach(kept.record.id);
  strictEqual(shared.isTaken(), false);
});

kernelTest(
  "libxdp is refused in a network namespace of others, and compose is not",
  HOST_NEEDS,
  async () => {
    await using scene = await SharedScene.make();
    await using wire = await Wire.make();
    const { interface: name, netns } = wire.near;
    const programId = await scene.load();
    let refused: unknown;
    try {
      const target = {
        kind: "xdp",
        interface: name,
        netns,
        priority: 50,
        engine: "libxdp",
      } as const;
      await scene.manager.attach({ programId, target });
    } catch (error) {
      refused = error;
    }
    ok(refused instanceof BpfmanError, String(refused));
    strictEqual(refused.code, "chain-refused");
    match(refused.message, /it is used in our own only/);
    deepStrictEqual(await scene.links(), []);
    const { chain } = await scene.manager.attach({
      programId,
      target: { kind: "xdp", interface: name, netns, priority: 50 },
    });
    strictEqual(chain?.engine, "direct");
  },
);

kernelTest("libxdp's silent fall-back to one program is never taken", HOST_NEEDS, async () => {
  await using scene = await SharedScene.make();
  const programId = await scene.load();
  try {
    await scene.attach(programId, 50, "libxdp");
  } catch (error) {
    // a kernel that refuses extension programs: libxdp attached the program alone, and said nothing
    ok(error instanceof BpfmanError, String(error));
    match(error.message, /libxdp would attach it without a dispatcher only/);
    match(error.hint ?? "", /--engine compose/);
    strictEqual(scene.interface.isTaken(), false);
    deepStrictEqual(await scene.links(), []);
    return;
  }
  deepStrictEqual(await scene.priorities(), [50]);
  deepStrictEqual((await scene.links()).length, 1);
});

kernelTest("a shared interface that goes is told, and leaves nothing", NEEDS, async () => {
  await using scene = await SharedScene.make();
  const { manager, interface: shared } = scene;
  await scene.attach(await scene.load(), 50, "libxdp");
  await scene.attach(await scene.load(), 60);
  await shared.remove();
  deepStrictEqual(await scene.links(), []);
  await manager.detach(NEVER, { ignoreMissing: true });
  ok(manager.notices().length > 0);
  deepStrictEqual(shared.pinFolders(), []);
  deepStrictEqual(await manager.listDispatchers(), []);
});

/** Lets a change die before steps of it, and looks whether rows and dispatcher agree afterwards. */
async function crashShared(
  scene: SharedScene,
  change: () => Change,
  back: () => Promise<void>,
): Promise<void> {
  const names = await dieHere(scene.workspace, change(), NEVER);
  await back();
  const steps = changingSteps(names).filter((at) => !LOOKS.test(names[at] ?? ""));
  ok(names.some((name) => name.startsWith("libxdp.")), names.join(" "));
  const before = await scene.links();
  for (const step of steps) {
    const words = `dead before step ${step}, ${names[step]}`;
    await dieHere(scene.workspace, change(), step);
    await scene.manager.detach(NEVER, { ignoreMissing: true });
    scene.manager.notices();
    await scene.manager.detach(NEVER, { ignoreMissing: true });
    deepStrictEqual(scene.manager.notices(), [], `${words}: mended twice`);
    const links = await scene.links();
    const priorities = await scene.priorities();
    // one program is xdp-loader's
    strictEqual(priorities.length, links.length + 1, `${words}: ${priorities} for links ${links}`);
    ok(priorities.includes(40), words);
    for (const view of await scene.manager.listLinks()) strictEqual(view.problem, null, words);
    if (links.join() !== before.join()) await back();
  }
}

kernelTest(
  "an attach to a shared interface that dies is made once more or undone",
  NEEDS,
  async () => {
    await using scene = await SharedScene.make();
    const { manager, interface: shared } = scene;
    await shared.loadForeign("xdp_counter", "xdp_count", 40);
    await scene.attach(await scene.load(), 30);
    const programId = await scene.load();
    const change = (): Change => ({
      verb: "attach",
      request: { programId, target: scene.target(50) },
    });
    await crashShared(scene, change, async () => {
      await manager.detach(must((await scene.links()).at(-1), "link"));
    });
  },
);

kernelTest(
  "a detach from a shared interface that dies is made once more or undone",
  NEEDS,
  async () => {
    await using scene = await SharedScene.make();
    const { interface: shared } = scene;
    await shared.loadForeign("xdp_counter", "xdp_count", 40);
    await scene.attach(await scene.load(), 30);
    const programId = await scene.load();
    let id = (await scene.attach(programId, 50)).record.id;
    await crashShared(scene, () => ({ verb: "detach", id }), async () => {
      id = (await scene.attach(programId, 50)).record.id;
    });
  },
);
