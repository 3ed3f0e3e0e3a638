/**
 * A registry for the demo: Debian's, on a port of its own on loopback.
 *
 * @module
 */
import { DebianRegistry } from "../registry/support/debian_registry.ts";
import { DemoFailure } from "./failure.ts";
import { outputOf } from "./shell.ts";

const SETUP = new URL("../tools/setup.ts", import.meta.url).pathname;

/** Starts a registry, installed first where it is missing. */
export async function startRegistry(folder: string): Promise<DebianRegistry> {
  const args = ["run", "-A", SETUP, "registry"];
  const { success, stderr } = await outputOf(Deno.execPath(), { args, stdin: "null" });
  if (success) return await DebianRegistry.start({ folder });
  throw new DemoFailure(`Cannot install a registry: ${new TextDecoder().decode(stderr)}`);
}
