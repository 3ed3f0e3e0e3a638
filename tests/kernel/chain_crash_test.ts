import { ok } from "node:assert/strict";
import type { EngineChoice } from "../../core/chain/model.ts";
import type { LinkId, ProgramId } from "../../core/types.ts";
import { crashChain } from "../support/chain_crash.ts";
import { ChainScene } from "../support/chain_scene.ts";
import { fixture } from "../support/cli.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:ip"];

/** The order of the steps is the same on every kernel: there some of them must do. */
const STRIDE = IS_EMULATED ? 7 : 1;

/** A chain of two, and a third program. */
interface Setting {
  readonly scene: ChainScene;
  readonly links: readonly LinkId[];
  readonly third: ProgramId;
}

async function setUp(kind: "xdp" | "tc", choice: EngineChoice, size = 2): Promise<Setting> {
  const scene = await ChainScene.make({ kind, choice });
  try {
    const members = await scene.load("member", "grow", "member");
    const links: LinkId[] = [];
    for (const { programId } of members.slice(0, size)) {
      links.push((await scene.attach(programId, { priority: 20 })).record.id);
    }
    return { scene, links, third: must(members[2], "third program").programId };
  } catch (error) {
    await scene[Symbol.asyncDispose]();
    throw error;
  }
}

/** The newest link of a scene. */
async function lastLink({ manager }: ChainScene): Promise<LinkId> {
  return must((await manager.listLinks()).at(-1), "link").record.id;
}

/** Both ends of a change were seen: otherwise the deaths were not where they matter. */
function checkBothEnds({ undone, finished }: { undone: number; finished: number }): void {
  ok(undone > 0, "no death was undone");
  ok(finished > 0, "no death was finished");
}

for (const kind of ["xdp", "tc"] as const) {
  for (const choice of ["compose", "freplace"] as const) {
    const needs: readonly Need[] = choice === "freplace" ? [...NEEDS, "freplace"] : NEEDS;
    // the host has gone through each step of compose
    if (choice === "compose" && IS_EMULATED) continue;
    const what = `a ${kind} chain of ${choice}`;

    kernelTest(`an attach to ${what} that dies is finished or undone`, needs, async () => {
      const { scene, third } = await setUp(kind, choice);
      await using _scene = scene;
      const target = scene.target({ priority: 10 });
      checkBothEnds(
        await crashChain(scene, {
          change: () => ({ verb: "attach", request: { programId: third, target } }),
          back: async () => await scene.manager.detach(await lastLink(scene)),
          stride: STRIDE,
        }),
      );
    });

    kernelTest(`a detach from ${what} that dies is finished or undone`, needs, async () => {
      const { scene, third } = await setUp(kind, choice);
      await using _scene = scene;
      const attach = () => scene.attach(third, { priority: 30 });
      let id = (await attach()).record.id;
      checkBothEnds(
        await crashChain(scene, {
          change: () => ({ verb: "detach", id }),
          back: async () => void (id = (await attach()).record.id),
          stride: STRIDE,
        }),
      );
    });

    kernelTest(`several changes of ${what} that die are finished or undone`, needs, async () => {
      const { scene, links: [first = 0, second = 0] } = await setUp(kind, choice);
      await using _scene = scene;
      let isTurned = false;
      const update = () => {
        const [a, b] = isTurned ? [10, 20] : [20, 10];
        return [{ id: first, priority: a }, { id: second, priority: b }];
      };
      await scene.manager.changeChain({ update: update() });
      isTurned = true;
      checkBothEnds(
        await crashChain(scene, {
          change: () => ({ verb: "chain", request: { update: update() } }),
          back: () => Promise.resolve(void (isTurned = !isTurned)),
          stride: STRIDE,
        }),
      );
    });

    kernelTest(`a replacement in ${what} that dies is finished or undone`, needs, async () => {
      const { scene, links: [first = 0] } = await setUp(kind, choice);
      await using _scene = scene;
      let programId = (await scene.manager.getLink(first)).record.programId;
      const path = fixture(`${kind}_member`);
      checkBothEnds(
        await crashChain(scene, {
          change: () => ({ verb: "replace", request: { programId, path } }),
          back: async () => {
            programId = (await scene.manager.getLink(first)).record.programId;
          },
          stride: STRIDE,
        }),
      );
    });
  }

  // nor does the host need help with what follows, and processes start slowly there
  if (IS_EMULATED) continue;

  kernelTest(
    `an attach to a ${kind} chain that is killed is finished or undone`,
    NEEDS,
    async () => {
      const { scene, third } = await setUp(kind, "compose");
      await using _scene = scene;
      const target = scene.target({ priority: 10 });
      checkBothEnds(
        await crashChain(scene, {
          change: () => ({ verb: "attach", request: { programId: third, target } }),
          back: async () => await scene.manager.detach(await lastLink(scene)),
          stride: 7,
          isKilled: true,
        }),
      );
    },
  );

  kernelTest(`a first ${kind} attach that dies is finished or undone`, NEEDS, async () => {
    const { scene, third } = await setUp(kind, "auto", 0);
    await using _scene = scene;
    const target = scene.target({ priority: 10 });
    checkBothEnds(
      await crashChain(scene, {
        change: () => ({ verb: "attach", request: { programId: third, target } }),
        back: async () => await scene.manager.detach(await lastLink(scene)),
        isEdge: true,
        stride: STRIDE,
      }),
    );
  });

  kernelTest(`a last ${kind} detach that dies is finished or undone`, NEEDS, async () => {
    const { scene, third } = await setUp(kind, "auto", 0);
    await using _scene = scene;
    const attach = () => scene.attach(third, { priority: 30 });
    let id = (await attach()).record.id;
    checkBothEnds(
      await crashChain(scene, {
        change: () => ({ verb: "detach", id }),
        back: async () => void (id = (await attach()).record.id),
        isEdge: true,
        stride: STRIDE,
      }),
    );
  });
}
