import { deepEqual, equal, ok } from "node:assert/strict";
import { fuzzModule } from "./wasm_fuzz.ts";

Deno.test("the module answers or refuses damaged objects that pass the gate, and never traps", () => {
  const result = fuzzModule(2000, 20261122);
  equal(result.count, 2000);
  deepEqual(result.failures, []);
  ok(result.opened > 1000 && result.opened < 2000, `${result.opened} opened`);
  ok(result.slowestMs < 60_000, `${result.slowestMs} ms`);
});
