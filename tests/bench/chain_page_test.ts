import { deepStrictEqual, match } from "node:assert/strict";
import type { ChainNumbers } from "./chain_numbers.ts";
import { chainText, judgeChains } from "./chain_page.ts";

const NUMBERS: ChainNumbers = {
  kernel: "6.18.0",
  isEmulated: false,
  directNs: [30, 32, 31],
  tenCallsNs: [300, 320, 310],
  engines: [
    {
      engine: "compose",
      refusal: null,
      packetNs: { 1: [40, 40, 40], 10: [200, 210, 220] },
      attachMs: [[10, 11, 12, 13, 14, 15, 16, 17, 18, 19]],
      swapMs: [20, 21, 90],
      swapCpuMs: 12,
    },
    {
      engine: "freplace",
      refusal: null,
      packetNs: { 1: [50, 50, 50], 10: [300, 310, 320] },
      attachMs: [],
      swapMs: [],
      swapCpuMs: 0,
    },
    {
      engine: "libxdp",
      refusal: "it is not there",
      packetNs: {},
      attachMs: [],
      swapMs: [],
      swapCpuMs: 0,
    },
  ],
  traffic: [{
    kind: "xdp",
    engine: "compose",
    swaps: 1000,
    sent: 30_000,
    lost: 0,
    unfiltered: 0,
    doubled: 0,
    seen: 30_000,
    medianSwapMs: 22,
  }],
};

function results(numbers: ChainNumbers): string[] {
  return judgeChains(numbers).map(({ result }) => result);
}

Deno.test("judgeChains() meets all goals with good numbers", () => {
  deepStrictEqual(results(NUMBERS), ["met", "met", "met", "met", "met"]);
});

Deno.test("judgeChains() misses each goal on its own", () => {
  const [compose, ...others] = NUMBERS.engines;
  const [traffic] = NUMBERS.traffic;
  if (compose === undefined || traffic === undefined) throw new Error("Cannot test: no numbers");
  const with_ = (change: Partial<typeof compose>) =>
    results({ ...NUMBERS, engines: [{ ...compose, ...change }, ...others] });
  deepStrictEqual(with_({ packetNs: { 10: [480, 480, 480] } }).slice(0, 1), ["missed"]);
  deepStrictEqual(with_({ attachMs: [[5, 0, 0, 0, 0, 0, 0, 0, 0, 11]] })[1], "missed");
  deepStrictEqual(with_({ swapMs: [31] })[2], "missed");
  deepStrictEqual(with_({ packetNs: { 10: [330, 330, 330] } })[3], "missed");
  for (const change of [{ lost: 1 }, { unfiltered: 1 }, { seen: 29_999 }, { swaps: 999 }]) {
    const lost = results({ ...NUMBERS, traffic: [{ ...traffic, ...change }] });
    deepStrictEqual(lost[4], "missed", JSON.stringify(change));
  }
});

Deno.test("chainText() names the kernel and why an engine has no numbers", () => {
  const text = chainText(NUMBERS);
  match(text, /^#### Linux 6\.18\.0\n/);
  match(text, /\| 10 \| - \| 210 \| 310 \| - \|/);
  match(text, /\| 20\.0 \/ 21\.0 \/ 90\.0 \| 12\.0 \|/);
  match(text, /- libxdp does not run here: it is not there/);
  match(chainText({ ...NUMBERS, isEmulated: true }), /, in software emulation/);
});
