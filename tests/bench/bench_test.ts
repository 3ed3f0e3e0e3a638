import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { NAMES } from "./groups.ts";
import { parseFlags, PARTS } from "./main.ts";
import { measure, parseSample, type Sample } from "./measure.ts";
import { figureTable, groupTable, MARKS, replaceBetweenMarks, TOOL_MARKS } from "./page.ts";
import { ratioOf, spreadOf } from "./statistics.ts";
import type { Results } from "./subject.ts";
import { judgeExtra, judgeLessMemory, judgeMemory, judgeRatio, judgeSum } from "./targets.ts";

function sample(wallMs: number, cpuMs = wallMs, peakMib = 30): Sample {
  return { wallMs, cpuMs, peakMib };
}

function results(samples: Readonly<Record<string, readonly Sample[]>>): Results {
  return new Map(Object.entries(samples));
}

Deno.test("spreadOf() gives least, middle and greatest of odd and even counts", () => {
  deepStrictEqual(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3 });
  deepStrictEqual(spreadOf([4, 1, 10, 2]), { min: 1, median: 3, max: 10 });
  ok(Number.isNaN(spreadOf([]).median));
});

Deno.test("ratioOf() compares within each round", () => {
  // A busy second round makes both ten times slower; the ratio stays.
  const ratio = ratioOf([sample(20), sample(200), sample(22)], [
    sample(10),
    sample(100),
    sample(10),
  ], "wallMs");
  strictEqual(ratio, 2);
});

Deno.test("parseSample() reads microseconds and KiB, and refuses anything else", () => {
  const { status, sample: found } = parseSample("256 48000 20000 5000 43008\n");
  strictEqual(status, 256);
  deepStrictEqual(found, { wallMs: 48, cpuMs: 25, peakMib: 42 });
  throws(() => parseSample("perl: not found"), /Cannot read the measurement/);
  throws(() => parseSample("1 2 3"), /wanted five numbers/);
});

Deno.test("measure() sees wall time, CPU time and memory of a process", async () => {
  const sleeping = await measure(["sleep", "0.5"]);
  ok(sleeping.wallMs >= 500, `${sleeping.wallMs} ms`);
  ok(sleeping.cpuMs < 400, `${sleeping.cpuMs} ms of CPU`);
  ok(sleeping.peakMib > 0.2 && sleeping.peakMib < 16, `${sleeping.peakMib} MiB`);
  const busy = await measure(["sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"]);
  ok(busy.cpuMs > 10, `${busy.cpuMs} ms of CPU`);
  const large = await measure(["perl", "-e", "my $x = 'a' x 50_000_000; $x .= 'b'"]);
  ok(large.peakMib > 45, `${large.peakMib} MiB`);
});

Deno.test("measure() takes a failing command for no measurement", async () => {
  await rejects(measure(["false"]), /Cannot measure "false": status 256/);
  await rejects(measure(["/no/such/command"]), /Cannot measure "\/no\/such\/command"/);
});

Deno.test("judgeRatio() says met, missed, or which of both", () => {
  const at = (wall: number, cpu: number): string =>
    judgeRatio(
      results({ [NAMES.empty]: [sample(10, 10)], "`x`": [sample(wall, cpu)] }),
      { name: "`x`", limit: 1.25 },
    ).result;
  strictEqual(at(12.5, 12), "met");
  strictEqual(at(12.6, 12), "met in CPU time, missed in wall time");
  strictEqual(at(12, 13), "met in wall time, missed in CPU time");
  strictEqual(at(20, 20), "missed");
});

Deno.test("judgeSum() adds the empty script and the other tool", () => {
  const found = results({
    [NAMES.empty]: [sample(10, 12)],
    "`tool`": [sample(2, 1)],
    "`load`": [sample(14, 14.1)],
  });
  const verdict = judgeSum(found, { name: "`load`", other: "`tool`", factor: 2 });
  strictEqual(verdict.wall, "14.0 ms of 14.0 ms");
  strictEqual(verdict.cpu, "14.1 ms of 14.0 ms");
  strictEqual(verdict.result, "met in wall time, missed in CPU time");
});

Deno.test("judgeExtra() takes the median of the differences", () => {
  const found = results({
    [NAMES.empty]: [sample(10), sample(100), sample(12)],
    "`x`": [sample(50), sample(135), sample(60)],
  });
  const verdict = judgeExtra(found, { name: "`x`", limitMs: 40 });
  strictEqual(verdict.wall, "plus 40.0 ms");
  strictEqual(verdict.result, "met");
  strictEqual(judgeExtra(found, { name: "`x`", limitMs: 39 }).result, "missed");
});

Deno.test("judgeMemory() takes the worst run", () => {
  const found = results({ "`list`": [sample(1, 1, 40), sample(1, 1, 61)] });
  strictEqual(judgeMemory(found, { name: "`list`", limitMib: 60 }).result, "missed");
  strictEqual(judgeMemory(found, { name: "`list`", limitMib: 61 }).result, "met");
  throws(() => judgeMemory(found, { name: "`get`", limitMib: 60 }), /was not measured/);
});

Deno.test("judgeLessMemory() compares the worst run with the other's best", () => {
  const found = results({
    "`a`": [sample(1, 1, 40), sample(1, 1, 50)],
    "`b`": [sample(1, 1, 51), sample(1, 1, 90)],
  });
  strictEqual(judgeLessMemory(found, { name: "`a`", other: "`b`" }).result, "met");
  strictEqual(judgeLessMemory(found, { name: "`b`", other: "`a`" }).result, "missed");
  const same = judgeLessMemory(found, { name: "`a`", other: "`a`" });
  strictEqual(same.wall, "50.0 MiB against 40.0 MiB");
  strictEqual(same.result, "missed");
});

Deno.test("groupTable() has a line for each subject with ratios against the first", () => {
  const subjects = ["a", "b"].map((name) => ({ name, command: () => [name] }));
  const table = groupTable(
    { title: "Two", subjects },
    results({ a: [sample(10, 20)], b: [sample(15, 50, 31)] }),
  );
  const lines = table.split("\n");
  strictEqual(lines[0], "### Two");
  ok(lines.includes("| a | 10.0 / 10.0 / 10.0 | 1 | 20.0 / 20.0 / 20.0 | 1 | 30.0 |"), table);
  ok(lines.includes("| b | 15.0 / 15.0 / 15.0 | 1.50 | 50.0 / 50.0 / 50.0 | 2.50 | 31.0 |"), table);
});

Deno.test("replaceBetweenMarks() keeps what is around, and needs both marks", () => {
  const page = `before\n${MARKS.start}\nold\n${MARKS.end}\nafter\n`;
  const once = replaceBetweenMarks(page, "new");
  strictEqual(once, `before\n${MARKS.start}\n\nnew\n\n${MARKS.end}\nafter\n`);
  strictEqual(replaceBetweenMarks(once, "new"), once);
  throws(() => replaceBetweenMarks("nothing", "new"), /Cannot write the page/);
});

Deno.test("parseFlags() reads rounds, a part, --no-vm and --no-write, and refuses the rest", () => {
  const all = { rounds: 40, isWritten: true, hasMachines: true, parts: PARTS };
  deepStrictEqual(parseFlags([]), all);
  deepStrictEqual(parseFlags(["--rounds", "3", "--no-write"]), {
    ...all,
    rounds: 3,
    isWritten: false,
  });
  deepStrictEqual(parseFlags(["--rounds=3"]), { ...all, rounds: 3 });
  deepStrictEqual(parseFlags(["--no-vm"]), { ...all, hasMachines: false });
  deepStrictEqual(parseFlags(["--only", "tools"]), { ...all, parts: ["tools"] });
  throws(() => parseFlags(["--rounds", "0"]), /Cannot use "--rounds=0"/);
  throws(() => parseFlags(["--only", "all"]), /Cannot use "--only=all"/);
  throws(() => parseFlags(["--fast"]), /Cannot use "--fast"/);
});

Deno.test("figureTable() says what is met and what is missed", () => {
  const table = figureTable([
    { name: "reading", value: 1.234, limit: 2, unit: "times" },
    { name: "module", value: 300_000, limit: 262_144, unit: "bytes" },
  ]);
  ok(table.includes("| reading | 1.23 times | 2 times | met |"), table);
  ok(table.includes("| module | 300000 bytes | 262144 bytes | missed |"), table);
});

Deno.test("replaceBetweenMarks() writes one part and leaves the other", () => {
  const page = [MARKS.start, "a", MARKS.end, TOOL_MARKS.start, "b", TOOL_MARKS.end].join("\n");
  const written = replaceBetweenMarks(page, "new", TOOL_MARKS);
  ok(written.includes(`${MARKS.start}\na\n${MARKS.end}`), written);
  ok(written.endsWith(`${TOOL_MARKS.start}\n\nnew\n\n${TOOL_MARKS.end}`), written);
});
