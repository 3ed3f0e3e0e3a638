import { deepEqual, equal } from "node:assert/strict";
import { COMMANDS } from "./commands/mod.ts";
import { relaunchArguments } from "./relaunch.ts";

function argumentsOf(id: string, mainModule = "https://example.com/mod.ts"): string[] {
  const command = COMMANDS.find((spec) => spec.id === id);
  if (command === undefined) throw new Error(`Cannot find the command "${id}"`);
  const settings = { runtimeDirectory: "/run/x", lockTimeoutMs: 1, isVerbose: false };
  return relaunchArguments({ command, settings }, mainModule, ["unload", "5"]);
}

Deno.test("relaunchArguments() switches KV on and keeps the arguments", () => {
  const args = argumentsOf("unload");
  deepEqual(args.slice(0, 4), ["run", "--no-config", "--unstable-kv", "--no-prompt"]);
  deepEqual(args.slice(-3), ["https://example.com/mod.ts", "unload", "5"]);
});

Deno.test("relaunchArguments() grants the command's own set and nothing else", () => {
  const flags = argumentsOf("unload").filter((word) => word.startsWith("--allow"));
  deepEqual(flags.map((flag) => flag.split("=", 1)[0]), [
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-ffi",
    "--allow-import",
  ]);
  equal(flags.includes("--allow-read=/run/x,/etc/bpfman"), true, flags.join(" "));
  equal(flags.includes("--allow-write=/run/x"), true);
  equal(flags.at(-1), "--allow-import=example.com");
  equal(argumentsOf("load-file").includes("--allow-read"), true);
});

Deno.test("relaunchArguments() lets a local entry read its own modules", () => {
  const root = new URL("../", import.meta.url).pathname.replace(/\/$/, "");
  const args = argumentsOf("unload", "file:///anywhere/mod.ts");
  equal(args.includes(`--allow-read=${root},/run/x,/etc/bpfman`), true, args.join(" "));
  equal(args.some((word) => word.startsWith("--allow-import")), false);
});
