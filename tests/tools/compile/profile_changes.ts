/**
 * Changes, in one process, for profile.ts: it runs this in a network namespace of its own.
 *
 *     deno run -A --unstable-kv profile_changes.ts RUNTIME_DIRECTORY OBJECT
 *
 * @module
 */
import { openBpfman } from "../../../mod.ts";

const [runtimeDirectory = "", path = ""] = Deno.args;
await using bpfman = await openBpfman({ runtimeDirectory });
const [program] = await bpfman.load({ path, programs: [{ type: "xdp", name: "xdp_count" }] });
if (program === undefined) throw new TypeError("Cannot profile changes: nothing was loaded");
const { programId } = program.record;
const { record } = await bpfman.attach({
  programId,
  target: { kind: "xdp", interface: "lo", priority: 50 },
});
await bpfman.detach(record.id);
await bpfman.unload(programId);
