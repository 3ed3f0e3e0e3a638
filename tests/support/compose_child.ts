/**
 * Composes the programs of a runtime directory and runs the chain once; prints the verdict. Runs as a
 * process of its own, so that its parent can take capabilities away.
 *
 *     compose_child.ts RUNTIME_DIRECTORY PROGRAM_ID...
 *
 * @module
 */
import { composeEngine } from "../../core/chain/compose/engine.ts";
import { DEFAULT_PROCEED_ON } from "../../core/chain/proceed_on.ts";
import { Layout } from "../../core/layout.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import { openKernel } from "../../ffi/mod.ts";
import { testRun } from "./raw_objects.ts";

const PLACE = { interface: "nowhere0", ifindex: 4_000_000, netns: null, nsid: 1 } as const;

function main([root = "", ...ids]: readonly string[]): void {
  const machine = { kernel: openKernel(), layout: new Layout(root), now: () => new Date() };
  const context = { machine, state: readSnapshot(machine.layout.snapshot) };
  const members = ids.map((id, at) => ({
    linkId: at + 1,
    programId: Number(id),
    priority: 50,
    proceedOn: DEFAULT_PROCEED_ON.xdp,
  }));
  const spec = { hook: { kind: "xdp", ...PLACE }, members, mode: "native" } as const;
  const folder = machine.layout.revision(spec.hook, 1);
  machine.kernel.files.makeDirectory(folder);
  const limits = composeEngine.limits(context, spec);
  if (limits.length > 0) throw new Error(limits.join("; "));
  using chain = composeEngine.build(context, spec, { number: 1, folder });
  console.log(testRun({ raw: chain.mainFd }, new Uint8Array(64)).verdict);
}

if (import.meta.main) main(Deno.args);
