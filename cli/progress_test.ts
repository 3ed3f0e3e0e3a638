import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { sizeText } from "./output/size_text.ts";
import { ProgressLine, progressText } from "./progress.ts";
import { WaitingLine, waitingText } from "./waiting_line.ts";

const DESCRIPTOR = {
  mediaType: "application/octet-stream",
  digest: `sha256:${"ab".repeat(32)}`,
  size: 4_000_000,
};

function progress(done: number) {
  return { descriptor: DESCRIPTOR, done, total: DESCRIPTOR.size };
}

/** A line with a clock that is set by hand, and what it showed. */
function makeLine() {
  const shown: (string | null)[] = [];
  const clock = { now: 1000 };
  const line = new ProgressLine({ status: (text) => shown.push(text), now: () => clock.now });
  return { line, shown, clock };
}

Deno.test("progressText() says what, how much and how far", () => {
  strictEqual(progressText(progress(1_000_000)), "abababababab: 1.0 MB of 4.0 MB (25%)");
  strictEqual(progressText({ ...progress(0), total: 0 }), "abababababab: 0 B of 0 B (100%)");
});

Deno.test("ProgressLine is silent while work is quick", () => {
  const { line, shown, clock } = makeLine();
  clock.now += 600;
  line.show(() => "step");
  line[Symbol.dispose]();
  deepStrictEqual(shown, []);
});

Deno.test("ProgressLine writes over its own line, not too often, and takes it away", () => {
  const { line, shown, clock } = makeLine();
  clock.now += 700;
  line.show(() => "one");
  clock.now += 50;
  line.show(() => "two");
  clock.now += 50;
  line.show(() => "three");
  line[Symbol.dispose]();
  deepStrictEqual(shown, ["one", "three", null]);
});

Deno.test("ProgressLine announces what is known to be slow at once", () => {
  const { line, shown } = makeLine();
  line.announce("loading");
  line[Symbol.dispose]();
  deepStrictEqual(shown, ["loading", null]);
});

Deno.test("ProgressLine makes no text where nobody looks", () => {
  using line = new ProgressLine({ now: () => 0 });
  line.announce("unseen");
  line.show(() => {
    throw new Error("Nobody looks");
  });
});

Deno.test("waitingText() says who has the lock, once that takes time", () => {
  const holder = () => ({ pid: 4711, verb: "attach 63 xdp" });
  strictEqual(waitingText({ kind: "lock", elapsedMs: 300, holder }), undefined);
  strictEqual(
    waitingText({ kind: "lock", elapsedMs: 2300, holder }),
    "waiting for process 4711 (attach 63 xdp), 2 s so far",
  );
  strictEqual(
    waitingText({ kind: "lock", elapsedMs: 500, holder: () => null }),
    "waiting for another process, 0 s so far",
  );
});

Deno.test("WaitingLine counts a gate down and takes its line away", () => {
  const shown: (string | null)[] = [];
  const line = new WaitingLine((text) => shown.push(text));
  const gate = { kind: "gate", durationMs: 3000, gate: "runs>=1 for 3s" } as const;
  for (const elapsedMs of [0, 250, 1250, 3000]) line.show({ ...gate, elapsedMs });
  line.show(null);
  line.show(null);
  deepStrictEqual(shown, [
    "watching by the gate, 3 s left: runs>=1 for 3s",
    "watching by the gate, 2 s left: runs>=1 for 3s",
    "watching by the gate, 0 s left: runs>=1 for 3s",
    null,
  ]);
});

Deno.test("sizeText() takes the unit that leaves few digits", () => {
  const table: Readonly<Record<number, string>> = {
    0: "0 B",
    999: "999 B",
    1000: "1.0 kB",
    999_949: "999.9 kB",
    999_960: "1.0 MB",
    12_345_678: "12.3 MB",
    5_000_000_000_000: "5000.0 GB",
  };
  for (const [bytes, text] of Object.entries(table)) strictEqual(sizeText(Number(bytes)), text);
});
