/**
 * Starts Deno without privileges and waits for it, with exit code 9 when that cost the spawner any:
 *
 *     deno run -A jail_spawner.ts ARGUMENTS-AS-JSON [WRITABLE]
 *
 * @module
 */
import { confineFront, spawnWithoutPrivileges, waitFor } from "../../ffi/jail/mod.ts";

const CHANGED = 9;

/** Capabilities of this thread, and of what it starts by any other way. */
function ownSets(): string {
  const own = Deno.readTextFileSync("/proc/thread-self/status");
  const { stdout } = new Deno.Command("cat", { args: ["/proc/self/status"] }).outputSync();
  const lines = [own, new TextDecoder().decode(stdout)].flatMap((text) => text.split("\n"));
  return lines.filter((line) => line.startsWith("Cap")).join();
}

/** Runs the program to its end; gives the exit code. */
function main([text = "[]", writable = ""]: readonly string[]): number {
  const before = ownSets();
  const program = { path: Deno.execPath(), args: JSON.parse(text), env: Deno.env.toObject() };
  confineFront([writable]);
  const pid = spawnWithoutPrivileges(program, new Map());
  if (ownSets() !== before) return CHANGED;
  const end = waitFor(pid);
  return "code" in end ? end.code : 128 + end.signal;
}

if (import.meta.main) Deno.exit(main(Deno.args));
