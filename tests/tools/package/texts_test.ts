import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { parseConfiguration } from "../../../cli/config_file.ts";
import { parsePolicy } from "../../../core/policy/parse.ts";
import { DEFAULT_CONFIGURATION, EXAMPLE_POLICY } from "./texts.ts";

Deno.test("the installed configuration sets nothing", async () => {
  deepStrictEqual(await parseConfiguration(DEFAULT_CONFIGURATION, "x"), { warnings: [] });
});

Deno.test("every setting that the installed configuration names is known", async () => {
  const all = DEFAULT_CONFIGURATION.replaceAll(/^#(?! )/gm, "");
  const { warnings, engine, mapAccess, audit, registries } = await parseConfiguration(all, "x");
  deepStrictEqual(warnings, []);
  deepStrictEqual([engine, mapAccess?.mode], ["auto", 0o600]);
  ok(audit !== undefined && registries !== undefined);
});

Deno.test("the example policy can be read", () => {
  strictEqual(typeof parsePolicy(EXAMPLE_POLICY, "policy.json"), "object");
});
