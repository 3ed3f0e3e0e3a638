import { deepEqual, throws } from "node:assert/strict";
import { LOCK_TIMEOUT, RUNTIME_DIRECTORY } from "./options.ts";
import { ParsedInput } from "./parsed_input.ts";
import { readSettings } from "./settings.ts";

function env(values: Readonly<Record<string, string>>): (name: string) => string | undefined {
  return (name) => values[name];
}

Deno.test("readSettings() has defaults", () => {
  deepEqual(readSettings(new ParsedInput(new Map()), env({})), {
    runtimeDirectory: "/run/bpfman",
    lockTimeoutMs: 30_000,
    isVerbose: false,
  });
});

Deno.test("readSettings() prefers options to the environment and that to defaults", () => {
  const values = env({ BPFMAN_RUNTIME_DIR: "/env", BPFMAN_LOCK_TIMEOUT: "0" });
  const fromEnv = readSettings(new ParsedInput(new Map()), values);
  deepEqual(fromEnv, { runtimeDirectory: "/env", lockTimeoutMs: 0, isVerbose: false });
  const given = new Map<string, readonly unknown[]>([
    [RUNTIME_DIRECTORY.name, ["/option"]],
    [LOCK_TIMEOUT.name, [5]],
  ]);
  const fromOptions = readSettings(new ParsedInput(given), values);
  deepEqual(fromOptions, { runtimeDirectory: "/option", lockTimeoutMs: 5, isVerbose: false });
});

Deno.test("readSettings() takes an empty variable as unset and refuses a wrong one", () => {
  const input = new ParsedInput(new Map());
  deepEqual(readSettings(input, env({ BPFMAN_RUNTIME_DIR: "" })).runtimeDirectory, "/run/bpfman");
  throws(() => readSettings(input, env({ BPFMAN_RUNTIME_DIR: "run" })), /\$BPFMAN_RUNTIME_DIR/);
});
