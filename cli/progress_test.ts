import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { sizeText } from "./output/size_text.ts";
import { ProgressLine, progressText } from "./progress.ts";

const DESCRIPTOR = {
  mediaType: "application/octet-stream",
  digest: `sha256:${"ab".repeat(32)}`,
  size: 4_000_000,
};

function progress(done: number) {
  return { descriptor: DESCRIPTOR, done, total: DESCRIPTOR.size };
}

/** A line with a clock that is set by hand, and what it wrote. */
function makeLine() {
  const written: string[] = [];
  const clock = { now: 1000 };
  const line = new ProgressLine({ write: (text) => written.push(text), now: () => clock.now });
  return { line, written, clock };
}

Deno.test("progressText() says what, how much and how far", () => {
  strictEqual(progressText(progress(1_000_000)), "abababababab: 1.0 MB of 4.0 MB (25%)");
  strictEqual(progressText({ ...progress(0), total: 0 }), "abababababab: 0 B of 0 B (100%)");
});

Deno.test("ProgressLine is silent while a transfer is quick", () => {
  const { line, written, clock } = makeLine();
  clock.now += 600;
  line.show(progress(4_000_000));
  line[Symbol.dispose]();
  deepStrictEqual(written, []);
});

Deno.test("ProgressLine writes over its own line, not too often, and takes it away", () => {
  const { line, written, clock } = makeLine();
  clock.now += 700;
  line.show(progress(1_000_000));
  clock.now += 50;
  line.show(progress(2_000_000));
  clock.now += 50;
  line.show(progress(3_000_000));
  line[Symbol.dispose]();
  deepStrictEqual(written, [
    "\r\x1b[Kabababababab: 1.0 MB of 4.0 MB (25%)",
    "\r\x1b[Kabababababab: 3.0 MB of 4.0 MB (75%)",
    "\r\x1b[K",
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
