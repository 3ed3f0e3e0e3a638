import { deepStrictEqual } from "node:assert/strict";
import { callRules } from "./kernel_rules.ts";

Deno.test("callRules() follow the release", () => {
  deepStrictEqual(callRules("6.1.0-50-cloud-amd64"), { stackUnit: 32, mostFrames: 8 });
  deepStrictEqual(callRules("6.7.9"), { stackUnit: 32, mostFrames: 8 });
  deepStrictEqual(callRules("6.8.0"), { stackUnit: 16, mostFrames: 8 });
  deepStrictEqual(callRules("6.18.44"), { stackUnit: 16, mostFrames: 8 });
  deepStrictEqual(callRules("7.2.13+deb14-cloud-amd64"), { stackUnit: 16, mostFrames: null });
});
