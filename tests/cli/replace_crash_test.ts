import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Manager } from "../../core/api.ts";
import type { AttachTarget, LinkView, ProgramType } from "../../core/types.ts";
import { changingSteps, someSteps } from "../support/chain_crash.ts";
import { fixture } from "../support/cli.ts";
import { type Change, dieHere } from "../support/crash_child.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { openOn } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip"];
const NEVER = 1_000_000;
/** The order of the steps is the same on every kernel: there some of them must do. */
const STRIDE = IS_EMULATED ? 6 : 1;

/** Kinds of links that are moved in other ways than chains are. */
const KINDS: readonly {
  readonly needs: readonly Need[];
  readonly object: string;
  readonly type: ProgramType;
  readonly name: string;
  readonly target: (wire: Wire) => AttachTarget;
}[] = [
  {
    needs: [...NEEDS, "tcx"],
    object: "tcx_counter",
    type: "tcx",
    name: "tcx_ingress_count",
    target: ({ near }) => ({
      kind: "tcx",
      interface: near.interface,
      netns: near.netns,
      direction: "ingress",
      priority: 5,
    }),
  },
  {
    needs: [...NEEDS, "tracefs"],
    object: "tracepoint_counter",
    type: "tracepoint",
    name: "count_openat",
    target: () => ({ kind: "tracepoint", group: "syscalls", name: "sys_enter_openat" }),
  },
];

async function onlyLink(manager: Manager): Promise<LinkView> {
  const links = await manager.listLinks();
  strictEqual(links.length, 1, "links");
  return must(links[0], "link");
}

/** One program, one link that runs it, and nothing besides. */
async function checkMended(workspace: Workspace, manager: Manager, words: string): Promise<void> {
  const { programs } = await checkAgreement(workspace);
  deepStrictEqual(programs.map(({ replaces }) => replaces), [undefined], words);
  const { record, problem } = await onlyLink(manager);
  deepStrictEqual([record.programId, problem], [programs[0]?.programId, null], words);
}

for (const { needs, object, type, name, target } of KINDS) {
  kernelTest(
    `a replacement of a ${type} program that dies is finished or undone`,
    needs,
    async () => {
      await using workspace = await Workspace.make();
      await using wire = await Wire.make();
      await using manager = await openOn(workspace);
      const path = fixture(object);
      await manager.run({ load: { path, programs: [{ type, name }] }, target: target(wire) });
      let programId = (await onlyLink(manager)).record.programId;
      const change = (): Change => ({ verb: "replace", request: { programId, path } });
      const names = await dieHere(workspace, change(), NEVER);
      const steps = someSteps(changingSteps(names), STRIDE);
      let [undone, finished] = [0, 0];
      for (const step of steps) {
        const before = programId = (await onlyLink(manager)).record.programId;
        const words = `dead before step ${step}, ${names[step]}`;
        await dieHere(workspace, change(), step);
        ok((await manager.listLinks()).length === 1, `${words}: no link`);
        await manager.detach(NEVER, { ignoreMissing: true });
        await checkMended(workspace, manager, words);
        manager.notices();
        await manager.detach(NEVER, { ignoreMissing: true });
        deepStrictEqual(manager.notices(), [], `${words}: mended twice`);
        if ((await onlyLink(manager)).record.programId === before) undone++;
        else finished++;
      }
      ok(undone > 0 && finished > 0, `${undone} undone, ${finished} finished`);
      await manager.unload((await onlyLink(manager)).record.programId);
      deepStrictEqual(workspace.litter(), []);
    },
  );
}
