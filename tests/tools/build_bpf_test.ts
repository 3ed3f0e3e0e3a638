import { deepStrictEqual, ok } from "node:assert/strict";
import { kernelTest } from "../support/requires.ts";
import { fixtureNames, staleFixtures } from "./build_bpf.ts";
import { DISPATCHERS, staleDispatchers } from "./build_dispatchers.ts";
import { CLANG } from "./compile_bpf.ts";

const NEEDS = [`command:${CLANG}`, "file:/usr/include/bpf/bpf_helpers.h"] as const;

kernelTest(
  "the committed eBPF objects are what their sources give",
  NEEDS,
  async () => {
    ok(fixtureNames().length > 0);
    deepStrictEqual(await staleFixtures(), []);
  },
);

kernelTest("the committed dispatchers are what their sources give", NEEDS, async () => {
  ok(DISPATCHERS.length > 0);
  deepStrictEqual(await staleDispatchers(), []);
});
