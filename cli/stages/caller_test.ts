import { deepEqual, doesNotThrow, throws } from "node:assert/strict";
import { COMMANDS } from "../commands/mod.ts";
import { parseArguments } from "../parse_arguments.ts";
import { resolveRoute } from "../route.ts";
import { type Caller, checkCaller } from "./caller.ts";

const LOAD = "load file a.o --programs xdp:a";
const USER = { uid: 1000, permitted: new Set(["CAP_BPF"]) };

async function check(
  words: string,
  { env = {}, ...who }: Omit<Partial<Caller>, "env"> & { env?: Record<string, string> } = {},
): Promise<() => void> {
  const { command, args } = resolveRoute(COMMANDS, words.split(" "));
  const input = await parseArguments(command, args);
  return () => checkCaller({ ...USER, ...who, env: (name) => env[name] }, input);
}

Deno.test("a user with the privileges of a file chooses neither trust nor state", async () => {
  const cases = [
    [await check(`${LOAD} --config x.toml`), "--config"],
    [await check(`${LOAD} --policy x.json`), "--policy"],
    [await check(`${LOAD} --runtime-dir /srv/x`), "--runtime-dir"],
    [await check("detach 5 --runtime-dir /srv/x"), "--runtime-dir"],
    [await check(LOAD, { env: { BPFMAN_CONFIG: "x.toml" } }), "BPFMAN_CONFIG"],
    [await check(LOAD, { env: { BPFMAN_RUNTIME_DIR: "/srv/x" } }), "BPFMAN_RUNTIME_DIR"],
    [await check(`${LOAD} --config x`, { uid: null }), "--config"],
  ] as const;
  const told: string[] = [];
  for (const [work, choice] of cases) {
    throws(work, (error: Error) => {
      told.push(error.message.split(":")[0] ?? "");
      return "code" in error && error.code === "caller-not-root";
    }, choice);
  }
  deepEqual(told, cases.map(([, choice]) => `Cannot use ${choice}`));
});

Deno.test("root chooses all, and so does whoever has no privilege", async () => {
  const all = `${LOAD} --config x.toml --policy x.json --runtime-dir /srv/x`;
  doesNotThrow(await check(all, { uid: 0 }));
  doesNotThrow(await check(all, { permitted: new Set() }));
  doesNotThrow(await check(LOAD, { env: { BPFMAN_CONFIG: "", BPFMAN_RUNTIME_DIR: "" } }));
  doesNotThrow(await check("load image x --programs xdp:a --data-dir /srv/x"));
});
