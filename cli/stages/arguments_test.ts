import { deepEqual, equal } from "node:assert/strict";
import { COMMANDS } from "../commands/mod.ts";
import { ParsedInput } from "../parsed_input.ts";
import { stageArguments, type StageCommand } from "./arguments.ts";

function flagsOf(
  stage: StageCommand["stage"],
  id: string,
  mainModule = "https://example.com/mod.ts",
): string[] {
  const command = COMMANDS.find((spec) => spec.id === id);
  if (command === undefined) throw new Error(`Cannot find the command "${id}"`);
  const settings = { runtimeDirectory: "/run/x", lockTimeoutMs: 1, isVerbose: false };
  const request = { command, settings, input: new ParsedInput(new Map()) };
  return stageArguments({ stage, request, mainModule, args: ["a", "--b"] });
}

function kinds(flags: readonly string[]): string[] {
  return flags.filter((flag) => flag.startsWith("--allow-"))
    .map((flag) => flag.slice("--allow-".length).split("=", 1)[0] ?? "");
}

Deno.test("the loader gets C and no network, the front of an image network and no C", () => {
  deepEqual(kinds(flagsOf("loader", "unload")), ["read", "write", "env", "ffi", "sys", "import"]);
  const front = kinds(flagsOf("front", "load-image"));
  deepEqual(front, ["read", "write", "env", "net", "run", "sys", "import"]);
  deepEqual(kinds(flagsOf("front", "load-file")), ["read", "write", "env", "sys", "import"]);
});

Deno.test("the loader writes below the runtime directory, the front of a file into the pipe", () => {
  equal(flagsOf("loader", "load-file").includes("--allow-write=/run/x"), true);
  equal(flagsOf("front", "load-file").includes("--allow-write=/dev/fd/3"), true);
});

Deno.test("the arguments of the user come last, and KV is switched on", () => {
  const args = flagsOf("loader", "unload");
  deepEqual(args.slice(-3), ["https://example.com/mod.ts", "a", "--b"]);
  equal(args.includes("--unstable-kv") && args.includes("--no-prompt"), true);
});

Deno.test("a loader of modules from a host takes them from the cache", () => {
  equal(flagsOf("loader", "unload").includes("--cached-only"), true);
  const local = flagsOf("loader", "unload", "file:///anywhere/mod.ts");
  equal(local.includes("--cached-only"), false);
  equal(local.some((word) => word.startsWith("--allow-import")), false);
});
