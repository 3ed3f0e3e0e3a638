import { match, ok, strictEqual } from "node:assert/strict";
import type { RunResult, TestResult } from "./results.ts";
import type { Place } from "./rings.ts";
import {
  renderCounts,
  renderFailures,
  renderRuns,
  renderTable,
  renderUnsteady,
} from "./summary.ts";

function result(name: string, outcome: TestResult["outcome"], detail = ""): TestResult {
  return { file: "tests/kernel/a_test.ts", name, outcome, detail };
}

function run(place: Place, tests: readonly TestResult[]): RunResult {
  return { ring: place === "host" ? "kernel" : "vm", place, seconds: 12.345, tests };
}

const RUNS: readonly RunResult[] = [
  run("host", [
    result("attach", "passed"),
    result("replace", "skipped", "freplace: refused"),
    result("trace", "skipped", "freplace: refused"),
  ]),
  run("vm-6.1", [result("attach", "skipped", "tcx needs 6.6"), result("replace", "passed")]),
  run("vm-6.12", [result("attach", "failed", "Error: no\nmore"), result("replace", "passed")]),
];

Deno.test("renderTable() shows each test at each place and each reason once", () => {
  strictEqual(
    renderTable(RUNS),
    `test       host        vm-6.1      vm-6.12
tests/kernel/a_test.ts
  attach   pass        skip (2)    FAIL
  replace  skip (1)    pass        pass
  trace    skip (1)    -           -
(1) freplace: refused
(2) tcx needs 6.6`,
  );
});

Deno.test("renderTable() leaves out places where nothing ran", () => {
  const [head] = renderTable(RUNS.slice(0, 1)).split("\n");
  strictEqual(head?.trim().split(/\s+/).join(" "), "test host");
});

Deno.test("renderRuns() gives counts and time of each run", () => {
  const lines = renderRuns(RUNS).split("\n");
  strictEqual(lines.length, 3);
  match(lines[0] ?? "", /^kernel {2}host {5}1 passed, 0 failed, 2 skipped +12\.3 s$/);
});

Deno.test("renderFailures() says where and what failed, and nothing else", () => {
  const text = renderFailures(RUNS);
  strictEqual(text, "FAIL tests/kernel/a_test.ts: attach (vm-6.12)\n  Error: no\n  more");
  ok(renderFailures(RUNS.slice(0, 2)) === "");
});

Deno.test("renderUnsteady() says what failed the first time", () => {
  const unsteady = { ...result("detach", "passed"), unsteady: "Error: late" };
  strictEqual(
    renderUnsteady([run("host", [unsteady, result("attach", "passed")])]),
    "UNSTEADY tests/kernel/a_test.ts: detach (host) passed the second time\n  Error: late",
  );
  match(renderTable([run("host", [unsteady])]), /detach {2}pass 2nd/);
});

Deno.test("renderCounts() gives the line that scripts read", () => {
  strictEqual(
    renderCounts({ passed: 3, failed: 0, skipped: 2 }),
    "3 passed, 0 failed, 2 skipped",
  );
});
