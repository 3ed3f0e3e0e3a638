import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { parseGate } from "./parse.ts";
import type { Counted, GateClock, GateReading, GateSampler } from "./types.ts";
import { watchGate } from "./watch.ts";

type Numbers = readonly [runs: number, time: number, aborted: number];

function count(value: number): Counted {
  return { kind: "count", count: BigInt(value) };
}

const NOT_XDP: Counted = { kind: "not-applicable", why: "none is an XDP program" };

function reading([runs, time, aborted]: Numbers, more: Partial<GateReading> = {}): GateReading {
  return {
    application: "shield",
    program: "guard",
    programId: 10,
    runs: count(runs),
    runTime: count(time),
    aborted: count(aborted),
    isChainTime: false,
    ...more,
  };
}

/** A clock whose time passes when somebody waits. */
class FakeClock implements GateClock {
  /** Milliseconds. */
  time = 5000;

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    ok(milliseconds > 0, "waits for nothing");
    this.time += milliseconds;
    return Promise.resolve();
  }
}

/** Readings of one program as a function of the milliseconds since the gate began. */
function watch(
  gate: string,
  at: (milliseconds: number) => readonly GateReading[],
) {
  const clock = new FakeClock();
  const sampler: GateSampler = { sample: () => at(clock.time - 5000) };
  return watchGate(sampler, parseGate(gate), clock);
}

const BEFORE: Numbers = [1000, 7000, 5];

function grown(runs: number, time: number, aborted: number): Numbers {
  return [BEFORE[0] + runs, BEFORE[1] + time, BEFORE[2] + aborted];
}

Deno.test("watchGate() passes at the end of its time, on what came since its begin", async () => {
  const verdict = await watch("10s,runs>0,aborted==0,ns_per_run<500", (ms) => [
    reading(grown(ms, ms * 100, 0)),
  ]);
  deepStrictEqual(verdict, {
    gate: "10s,runs>0,aborted==0,ns_per_run<500",
    passed: true,
    elapsedMs: 10_000,
    figures: [{
      application: "shield",
      program: "guard",
      programId: 10,
      runs: 10_000,
      nsPerRun: 100,
      aborted: 0,
      isChainTime: false,
    }],
    failure: null,
  });
});

Deno.test("watchGate() fails as soon as a counter is over its limit", async () => {
  const verdict = await watch("60s,aborted==0", (ms) => [
    reading(grown(ms, ms, ms >= 3000 ? 2 : 0)),
  ]);
  strictEqual(verdict.passed, false);
  strictEqual(verdict.elapsedMs, 3000);
  deepStrictEqual(verdict.failure, {
    condition: "aborted==0",
    application: "shield",
    program: "guard",
    value: 2,
    reason: 'aborted of program "guard" is 2, wanted aborted==0',
  });
});

const ENDS: readonly (readonly [gate: string, runs: number, passed: boolean, endsAt: number])[] = [
  ["4s,runs<3", 3, false, 2000],
  ["4s,runs<4", 3, true, 4000],
  ["4s,runs<=2", 3, false, 2000],
  ["4s,runs<=3", 3, true, 4000],
  ["4s,runs==3", 3, true, 4000],
  ["4s,runs==4", 3, false, 4000],
  ["4s,runs!=3", 3, false, 4000],
  ["4s,runs!=4", 3, true, 4000],
  ["4s,runs>3", 3, false, 4000],
  ["4s,runs>=3", 3, true, 4000],
];

for (const [gate, runs, passed, endsAt] of ENDS) {
  Deno.test(`watchGate() ${passed ? "passes" : "fails"} "${gate}" of ${runs} runs`, async () => {
    const verdict = await watch(gate, (ms) => [reading(grown(ms >= 2000 ? runs : 0, 0, 0))]);
    deepStrictEqual([verdict.passed, verdict.elapsedMs], [passed, endsAt]);
  });
}

Deno.test("watchGate() judges time for each run at the end only", async () => {
  // slow at first, and fast enough in all
  const speeds = (ms: number): Numbers => {
    if (ms === 0) return BEFORE;
    return ms < 1000 ? grown(1, 10_000, 0) : grown(1000, 10_000, 0);
  };
  const verdict = await watch("4s,ns_per_run<500", (ms) => [reading(speeds(ms))]);
  strictEqual(verdict.passed, true);
  strictEqual(verdict.figures[0]?.nsPerRun, 10);
  const slow = await watch("4s,ns_per_run<10", (ms) => [reading(speeds(ms))]);
  deepStrictEqual([slow.passed, slow.elapsedMs, slow.failure?.value], [false, 4000, 10]);
});

Deno.test("watchGate() does not pass on the time of a program that did not run", async () => {
  const verdict = await watch("2s,ns_per_run<500", () => [reading(BEFORE)]);
  strictEqual(verdict.elapsedMs, 2000);
  strictEqual(verdict.failure?.value, null);
  match(verdict.failure?.reason ?? "", /did not run/);
});

Deno.test("watchGate() fails at once on what nobody can count", async () => {
  const runs: Counted = { kind: "unmeasured", why: "extension programs are not counted" };
  for (const gate of ["2s,runs>0", "2s,ns_per_run<5"]) {
    const verdict = await watch(gate, () => [reading(BEFORE, { runs, runTime: runs })]);
    strictEqual(verdict.passed, false);
    strictEqual(verdict.elapsedMs, 0);
    strictEqual(verdict.figures[0]?.runs, null);
    match(verdict.failure?.reason ?? "", /extension programs/);
  }
});

Deno.test("watchGate() asks each program by itself", async () => {
  const verdict = await watch("2s,runs>0", (ms) => [
    reading(grown(ms, 0, 0)),
    reading(BEFORE, { program: "idle", programId: 11 }),
  ]);
  strictEqual(verdict.failure?.program, "idle");
  strictEqual(verdict.failure?.value, 0);
});

Deno.test("watchGate() asks of XDP programs only what they alone have", async () => {
  const kprobe = reading(BEFORE, { program: "probe", aborted: NOT_XDP });
  const both = await watch("2s,aborted==0", () => [kprobe, reading(BEFORE)]);
  strictEqual(both.passed, true);
  strictEqual(both.figures[0]?.aborted, null);
  const alone = await watch("2s,aborted==0", () => [kprobe]);
  strictEqual(alone.passed, false);
  strictEqual(alone.failure?.program, null);
  match(alone.failure?.reason ?? "", /none is an XDP program/);
});

Deno.test("watchGate() has nothing to wait for without a program", async () => {
  const verdict = await watch("60s,runs>0", () => []);
  deepStrictEqual([verdict.passed, verdict.elapsedMs, verdict.figures], [true, 0, []]);
});

Deno.test("watchGate() tells how far it is, and when it is over", async () => {
  const clock = new FakeClock();
  const told: (string | null)[] = [];
  const sampler: GateSampler = { sample: () => [reading(grown(clock.time, 0, 0))] };
  await watchGate(sampler, parseGate("1s,runs>0"), {
    now: () => clock.now(),
    sleep: (milliseconds) => clock.sleep(milliseconds),
    onWait: (waiting) =>
      told.push(
        waiting?.kind === "gate"
          ? `${waiting.elapsedMs}/${waiting.durationMs} ${waiting.gate}`
          : null,
      ),
  });
  const gate = "1s,runs>0";
  deepStrictEqual(told, [...[0, 250, 500, 750].map((ms) => `${ms}/1000 ${gate}`), null]);
});
