import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { parseJunit } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="3" errors="0" time="0.083">
    <testsuite name="./core/a_test.ts" tests="6" disabled="2" errors="0" failures="3">
        <testcase name="ok &amp; &lt;one&gt; &quot;q&quot;" classname="./core/a_test.ts" time="0.250" line="1">
        </testcase>
        <testcase name="fails" classname="./core/a_test.ts" time="0.001" line="2" col="6">
            <failure message="Uncaught Error: boom">Error: boom &lt;x&gt;
    at file:///a_test.ts:2:34</failure>
        </testcase>
        <testcase name="ignored" classname="./core/a_test.ts" time="0.000" line="3" col="6">
            <skipped/>
        </testcase>
        <testcase name="not asked for" classname="./core/a_test.ts" line="3" col="6">
            <skipped/>
        </testcase>
        <testcase name="steps" classname="./core/a_test.ts" time="0.002" line="4" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="steps > one" classname="./core/a_test.ts" time="0.000" line="4">
        </testcase>
        <testcase name="steps &gt; two" classname="./core/a_test.ts" time="0.000" line="4">
            <failure message="Uncaught Error: x">Error: x</failure>
        </testcase>
    </testsuite>
</testsuites>
`;

Deno.test("parseJunit() gives each test once, with its outcome", () => {
  const cases = parseJunit(REPORT);
  deepStrictEqual(cases.map(({ name, outcome }) => [name, outcome]), [
    ['ok & <one> "q"', "passed"],
    ["fails", "failed"],
    ["ignored", "skipped"],
    ["not asked for", "filtered"],
    ["steps", "failed"],
  ]);
  strictEqual(cases[0]?.file, "core/a_test.ts");
  strictEqual(cases[0]?.seconds, 0.25);
});

Deno.test("parseJunit() keeps what failures say, those of steps included", () => {
  const cases = parseJunit(REPORT);
  match(cases[1]?.detail ?? "", /Error: boom <x>\n {4}at file/);
  match(cases[4]?.detail ?? "", /1 test step failed\.\nsteps > two: Error: x/);
});

Deno.test("parseJunit() keeps a test named like another one with more words", () => {
  const xml = `<testsuites><testsuite><testcase name="a" classname="./x" time="0"></testcase>
<testcase name="a longer" classname="./x" time="0"></testcase></testsuite></testsuites>`;
  strictEqual(parseJunit(xml).length, 2);
});

Deno.test("parseJunit() refuses a report that was cut off", () => {
  throws(() => parseJunit(REPORT.slice(0, 400)), /not a whole JUnit document/);
  throws(() => parseJunit(""), /not a whole JUnit document/);
});

Deno.test("parseJunit() reads what this Deno writes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "junit-" });
  try {
    await Deno.writeTextFile(
      `${folder}/sample_test.ts`,
      `Deno.test("a <b>", () => {});
Deno.test("c", () => { throw new Error("d & e"); });
Deno.test({ name: "f", ignore: true, fn() {} });
`,
    );
    const report = `${folder}/junit.xml`;
    await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-config", "--no-check", `--junit-path=${report}`, folder],
      stdout: "null",
      stderr: "null",
    }).output();
    const cases = parseJunit(await Deno.readTextFile(report));
    deepStrictEqual(cases.map(({ name, outcome }) => `${name}: ${outcome}`), [
      "a <b>: passed",
      "c: failed",
      "f: skipped",
    ]);
    match(cases[1]?.detail ?? "", /d & e/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
