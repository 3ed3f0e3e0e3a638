import { deepStrictEqual, match } from "node:assert/strict";
import { PROGRAM_TYPES } from "../../core/types.ts";
import type { TestResult } from "./results.ts";
import { supportFaults, supportPage } from "./support_table.ts";

function result(type: string, outcome: TestResult["outcome"], detail = ""): TestResult {
  return { file: "f", name: `type ${type}: loads`, outcome, detail };
}

const PASSED = PROGRAM_TYPES.map((type) => result(type, "passed"));

Deno.test("supportPage() shows passes, and skips with their reasons once", () => {
  const skips = [result("lsm", "skipped", "it is off"), result("tcx", "skipped", "it is off")];
  const page = supportPage([{ title: "A", tests: PASSED }, { title: "B", tests: skips }]);
  match(page, /\| `lsm` \| pass \| skip \(1\) \|/);
  match(page, /\| `tcx` \| pass \| skip \(1\) \|/);
  match(page, /\| `xdp` \| pass \| not run \|/);
  match(page, /\n1\. it is off\n$/);
});

Deno.test("supportFaults() finds failures and types that pass nowhere", () => {
  deepStrictEqual(supportFaults([{ title: "A", tests: PASSED }]), []);
  const tests = [
    ...PASSED.filter(({ name }) => !name.includes("type lsm:")),
    result("lsm", "skipped"),
  ];
  deepStrictEqual(supportFaults([{ title: "A", tests }]), ["lsm passed on no kernel"]);
  const failing = [...PASSED, result("xdp", "failed", "why")];
  deepStrictEqual(supportFaults([{ title: "A", tests: failing }]), ["A: type xdp: loads: why"]);
});
