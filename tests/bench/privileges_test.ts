import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { parseTiming, PRIVILEGE_NAMES, type StagedSample } from "./privilege_numbers.ts";
import { PRIVILEGE_MARKS, privilegeText } from "./privilege_page.ts";
import { replaceBetweenMarks } from "./page.ts";

const PHASE = [{ phase: "start", ms: 10 }, { phase: "work", ms: 5.5 }];
const HELD = [{ capability: "CAP_BPF", held_ms: 3.1, times: 25 }];
const TIMING = { start: PHASE, front: PHASE, loader: PHASE, capabilities: HELD };

function lineOf(change: Partial<typeof TIMING>): string {
  return `${JSON.stringify({ timing: { ...TIMING, ...change } })}\n`;
}

Deno.test("parseTiming() adds the phases of each stage up", () => {
  deepStrictEqual(parseTiming(`bpfman: warning: slow\n${lineOf({})}`), {
    startMs: 15.5,
    frontMs: 15.5,
    loaderMs: 15.5,
    heldMs: new Map([["CAP_BPF", 3.1]]),
  });
});

Deno.test("parseTiming() refuses a command without stages or without CAP_BPF", () => {
  throws(() => parseTiming("bpfman: warning: slow\n"), /Cannot find the times/);
  for (const missing of ["start", "front", "loader", "capabilities"]) {
    throws(() => parseTiming(lineOf({ [missing]: [] })), /a stage or CAP_BPF is missing/, missing);
  }
});

function staged(heldMs: number, wallMs = 200): StagedSample {
  const timing = {
    startMs: 40,
    frontMs: 50,
    loaderMs: 100,
    heldMs: new Map([["CAP_BPF", heldMs]]),
  };
  return { sample: { wallMs, cpuMs: wallMs, peakMib: 50 }, timing };
}

Deno.test("privilegeText() judges the worst run, and compares within each round", () => {
  const { load, run, oneProcess, bpftool } = PRIVILEGE_NAMES;
  const whole = (...walls: number[]) =>
    walls.map((wallMs) => ({ wallMs, cpuMs: wallMs, peakMib: 50 }));
  const text = privilegeText({
    // The second round was busy: ten times longer for everybody.
    staged: new Map([[load, [staged(2), staged(20), staged(2)]], [run, [
      staged(2),
      staged(25),
      staged(2),
    ]]]),
    whole: new Map([[oneProcess, whole(80, 800, 80)], [bpftool, whole(1, 10, 1)]]),
  });
  ok(text.includes(`| ${load}: CAP_BPF for less than 25 ms | 20.0 ms at most | met |`), text);
  ok(text.includes(`| ${run}: CAP_BPF for less than 25 ms | 25.0 ms at most | missed |`), text);
  ok(text.includes(`| ${load} | CAP_BPF | 2.0 / 2.0 / 20.0 | 1.0 % |`), text);
  ok(text.includes(`| ${oneProcess} | all | 80.0 / 80.0 / 800.0 | 100 % |`), text);
  ok(text.includes(`| ${load} | 40.00 times | 0.50 times |`), text);
  // 200 ms, of which 40 before the jail and 100 in the loader
  ok(text.includes("| 60.0 / 60.0 / 60.0 | 200.0 / 200.0 / 200.0 |"), text);
});

Deno.test("docs/benchmarks.md has a place for privileges", () => {
  const page = Deno.readTextFileSync(new URL("../../docs/benchmarks.md", import.meta.url));
  ok(replaceBetweenMarks(page, "a text of ours", PRIVILEGE_MARKS).includes("a text of ours"));
});
