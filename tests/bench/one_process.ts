/**
 * Loads one program with the library, in one process: as `load file` did before it had stages. Tells
 * whether CAP_BPF was in effect at the first line and at the last.
 *
 *     deno run -A tests/bench/one_process.ts OBJECT TYPE NAME RUNTIME_DIRECTORY
 *
 * @module
 */
import { openBpfman } from "../../mod.ts";

const CAP_BPF = 39n;

function hasBpf(): boolean {
  const status = Deno.readTextFileSync("/proc/thread-self/status");
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (mask === undefined) throw new Error("Cannot read the effective capabilities");
  return (BigInt(`0x${mask}`) >> CAP_BPF & 1n) === 1n;
}

if (import.meta.main) {
  const [path = "", type = "", name = "", runtimeDirectory = ""] = Deno.args;
  if (type !== "xdp") throw new Error(`Cannot load a program of type "${type}": only xdp`);
  const first = hasBpf();
  await using manager = await openBpfman({ runtimeDirectory });
  const views = await manager.load({ path, programs: [{ type, name }] });
  if (views.length !== 1) throw new Error(`Cannot measure: ${views.length} programs were loaded`);
  console.error(JSON.stringify({ first, last: hasBpf() }));
}
