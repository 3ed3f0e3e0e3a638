import { deepStrictEqual, ok } from "node:assert/strict";
import { kernelTest } from "../support/requires.ts";
import { CLANG, fixtureNames, staleFixtures } from "./build_bpf.ts";

kernelTest(
  "the committed eBPF objects are what their sources give",
  [`command:${CLANG}`, "file:/usr/include/bpf/bpf_helpers.h"],
  async () => {
    ok(fixtureNames().length > 0);
    deepStrictEqual(await staleFixtures(), []);
  },
);
