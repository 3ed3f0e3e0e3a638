import { deepStrictEqual, ok, rejects } from "node:assert/strict";
import { fakeKernel } from "../tests/support/fake_kernel.ts";
import { openManager } from "./manager.ts";

/** A manager of a directory that does not exist, on a kernel without programs. */
async function freshManager(root: string) {
  const kernel = fakeKernel({
    files: { exists: () => false, list: () => [] },
    bpf: { programInfo: () => null },
  });
  return await openManager({ kernel, runtimeDirectory: root });
}

Deno.test("Manager finds nothing to change where nothing was ever done, and makes nothing", async () => {
  const parent = Deno.makeTempDirSync();
  try {
    await using manager = await freshManager(`${parent}/run`);
    const target = { kind: "xdp", interface: "lo", priority: 1 } as const;
    const gone = { code: "program-not-found" };
    await rejects(manager.attach({ programId: 5, target }), gone);
    await rejects(manager.unload(5), gone);
    await rejects(manager.detach(5), { code: "link-not-found" });
    await rejects(manager.updateLink(5, { priority: 1 }), { code: "link-not-found" });
    await rejects(manager.changeChain({}), { code: "usage" });
    const key = { type: "xdp", nsid: 7, ifindex: 4 } as const;
    await rejects(manager.getDispatcher(key), { code: "dispatcher-not-found" });
    await rejects(manager.deleteDispatcher(key), { code: "dispatcher-not-found" });
    deepStrictEqual(await manager.listDispatchers(), []);
    await rejects(manager.deletePrograms([5]));
    await rejects(manager.deleteLinks([5]));
    await manager.unload(5, { ignoreMissing: true });
    await manager.detach(5, { ignoreMissing: true });
    deepStrictEqual(await manager.deletePrograms("all"), []);
    deepStrictEqual([...Deno.readDirSync(parent)], []);
  } finally {
    Deno.removeSync(parent, { recursive: true });
  }
});

Deno.test("Manager refuses a runtime directory that is not absolute", async () => {
  const error = await freshManager("run").catch((caught: unknown) => caught);
  ok(error instanceof Error && /not an absolute path/.test(error.message));
});
