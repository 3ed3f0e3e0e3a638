/**
 * Makes random changes for a time by the library, and tells which of them were done:
 *
 *     deno run -A contention_child.ts RUNTIME-DIR OBJECT FUNCTION SEED MILLISECONDS
 *
 * @module
 */
import type { Manager } from "../../core/api.ts";
import { openManager } from "../../core/manager.ts";
import { openKernel } from "../../ffi/mod.ts";
import { type Changes, Worker } from "./contention_worker.ts";
import { Random } from "./random.ts";

function changesOf(manager: Manager, path: string, function_: string): Changes {
  return {
    load: async () => {
      const [view] = await manager.load({
        path,
        programs: [{ type: "tracepoint", name: function_ }],
      });
      if (view === undefined) throw new TypeError("Cannot load: nothing came back");
      return view.record.programId;
    },
    attach: async (programId, name) => {
      const target = { kind: "tracepoint", group: "syscalls", name } as const;
      return (await manager.attach({ programId, target })).record.id;
    },
    detach: (link) => manager.detach(link),
    unload: (programId) => manager.unload(programId),
    replace: async (programId) =>
      (await manager.replaceProgram({ programId, path })).record.programId,
  };
}

async function main(args: readonly string[]): Promise<void> {
  const [runtimeDirectory = "", path = "", name = "", seed, milliseconds] = args;
  await using manager = await openManager({
    kernel: openKernel(),
    runtimeDirectory,
    lockTimeoutMs: 300_000,
  });
  const worker = new Worker(changesOf(manager, path, name), new Random(Number(seed)));
  const end = performance.now() + Number(milliseconds);
  while (performance.now() < end) await worker.step();
  console.log(JSON.stringify(worker.report()));
}

if (import.meta.main) await main(Deno.args);
