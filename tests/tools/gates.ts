/**
 * The gates that need no root and run no test: formatting, lint with the house rules (the folder
 * rule among them), types, documentation, lockfile, package. All run, even when one fails.
 *
 *     deno task gates
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import { ROOT } from "./rings.ts";

/** One gate: a name for people and the arguments for Deno. */
interface Gate {
  readonly name: string;
  readonly args: readonly string[];
}

/** The modules that users of the package import. */
const EXPORTS = Object.values(config.exports);

const GATES: readonly Gate[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint and house rules", args: ["lint"] },
  { name: "types", args: ["check"] },
  {
    name: "documentation of exports",
    args: ["doc", "--lint", ...EXPORTS],
  },
  {
    name: "examples in the documentation",
    args: [
      "test",
      "--doc",
      "-A",
      "--ignore=**/*_test.ts",
      "mod.ts",
      "cli",
      "core",
      "ffi",
      "bytecode-tools",
    ],
  },
  { name: "lockfile", args: ["install", "--frozen"] },
  { name: "package", args: ["publish", "--dry-run", "--allow-dirty"] },
];

/** Runs one gate; its output appears only when it fails. */
async function passes({ name, args }: Gate): Promise<boolean> {
  const begin = performance.now();
  const child = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdin: "null" });
  const { success, stdout, stderr } = await child.output();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${success ? "ok  " : "FAIL"} ${name} (deno ${args.join(" ")}) ${seconds} s`);
  if (!success) {
    await writeAll(stdout);
    await writeAll(stderr);
  }
  return success;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}

if (import.meta.main) {
  let failed = 0;
  for (const gate of GATES) if (!await passes(gate)) failed++;
  console.log(failed === 0 ? "All gates passed" : `${failed} of ${GATES.length} gates failed`);
  Deno.exit(failed === 0 ? 0 : 1);
}
