/**
 * The part of docs/benchmarks.md about chains.
 *
 * @module
 */
import {
  type ChainNumbers,
  type EngineNumbers,
  LENGTHS,
  type Rounds,
  type TrafficNumbers,
} from "./chain_numbers.ts";
import { markdownTable } from "./page.ts";
import { spreadOf } from "./statistics.ts";

/** Marks between which the page is written anew. */
export const CHAIN_MARKS = {
  start: "<!-- written by deno task bench, chains: start -->",
  end: "<!-- written by deno task bench, chains: end -->",
} as const;

/** Goals of the project. */
const GOALS = { tenCalls: 1.5, tenthAttach: 2, swapMs: 30, packets: 20_000, swaps: 1000 } as const;

function median(rounds: Rounds | undefined): number {
  return spreadOf(rounds ?? []).median;
}

function shown(number: number, digits = 0): string {
  return Number.isNaN(number) ? "-" : number.toFixed(digits);
}

function packetTable({ directNs, engines }: ChainNumbers): string {
  const rows = LENGTHS.map((length) => [
    String(length),
    length === 1 ? shown(median(directNs)) : "-",
    ...engines.map(({ packetNs }) => shown(median(packetNs[length]))),
  ]);
  const headers = ["programs", "direct, ns", ...engines.map(({ engine }) => `${engine}, ns`)];
  return markdownTable(headers, rows);
}

/** Milliseconds of the attaches at one position, over all rounds. */
function attachAt({ attachMs }: EngineNumbers, position: number): number[] {
  return attachMs.flatMap((times) => times[position] ?? []);
}

function changeTable({ engines }: ChainNumbers): string {
  const rows = engines.filter(({ refusal }) => refusal === null).map((numbers) => {
    const swap = spreadOf(numbers.swapMs);
    return [
      numbers.engine,
      shown(median(attachAt(numbers, 0)), 1),
      shown(median(attachAt(numbers, 1)), 1),
      shown(median(attachAt(numbers, 9)), 1),
      [swap.min, swap.median, swap.max].map((ms) => shown(ms, 1)).join(" / "),
      shown(numbers.swapCpuMs, 1),
    ];
  });
  const headers = ["engine", "1st attach, ms", "2nd", "10th", "swap of ten, ms", "its CPU, ms"];
  return markdownTable(headers, rows);
}

function trafficLine(numbers: TrafficNumbers): string {
  const { kind, engine, swaps, sent, lost, unfiltered, doubled, seen, medianSwapMs } = numbers;
  return `- ${kind} by ${engine}: ${swaps} swaps (median ${shown(medianSwapMs, 1)} ms) under ` +
    `${sent} packets on a veth: ${lost} lost, ${unfiltered} unfiltered, ${doubled} doubled; a ` +
    `program that is in every version of the chain saw ${seen}.`;
}

/** A goal, and what became of it. */
export interface GoalVerdict {
  readonly goal: string;
  readonly measured: string;
  readonly result: "met" | "missed";
}

function verdict(goal: string, measured: string, isMet: boolean): GoalVerdict {
  return { goal, measured, result: isMet ? "met" : "missed" };
}

/** The median of the ratios within the rounds: a busy moment counts on both sides. */
function ratio(above: Rounds | undefined, below: Rounds | undefined): number {
  return median((above ?? []).map((number, round) => number / (below?.[round] ?? NaN)));
}

function composeGoals({ tenCallsNs, engines, isEmulated }: ChainNumbers): GoalVerdict[] {
  const compose = engines.find(({ engine }) => engine === "compose");
  const freplace = engines.find(({ engine }) => engine === "freplace");
  if (compose === undefined) return [];
  const calls = ratio(compose.packetNs[10], tenCallsNs);
  const verdicts = [verdict(
    `compose, 10 programs: at most ${GOALS.tenCalls} times the ten as plain calls`,
    `${shown(calls, 2)} times`,
    calls <= GOALS.tenCalls,
  )];
  const tenth = ratio(attachAt(compose, 9), attachAt(compose, 0));
  if (!isEmulated) {
    const swap = median(compose.swapMs);
    verdicts.push(
      verdict(
        `compose: the 10th attach at most ${GOALS.tenthAttach} times the 1st`,
        `${shown(tenth, 2)} times`,
        tenth <= GOALS.tenthAttach,
      ),
      verdict(
        `compose: a swap of ten under ${GOALS.swapMs} ms`,
        `${shown(swap, 1)} ms, of which ${shown(compose.swapCpuMs, 1)} ms on the processor`,
        swap < GOALS.swapMs,
      ),
    );
  }
  if (freplace === undefined || freplace.refusal !== null) return verdicts;
  const lengths = LENGTHS.filter((length) => freplace.packetNs[length] !== undefined);
  const worst = Math.max(
    ...lengths.map((length) => ratio(compose.packetNs[length], freplace.packetNs[length])),
  );
  const goal = "compose never slower than freplace";
  return [...verdicts, verdict(goal, `at most ${shown(worst, 2)} times`, worst <= 1)];
}

function trafficGoals({ traffic }: ChainNumbers): GoalVerdict[] {
  return traffic.map((numbers) => {
    const { kind, sent, lost, unfiltered, doubled, seen, swaps } = numbers;
    const isMet = lost + unfiltered + doubled === 0 && seen === sent &&
      sent >= GOALS.packets && swaps >= GOALS.swaps;
    const goal = `${kind}: ${GOALS.swaps} swaps, 0 of at least ${GOALS.packets} packets lost or ` +
      "unfiltered";
    return verdict(goal, `${swaps} swaps, ${lost + unfiltered} of ${sent}`, isMet);
  });
}

/** All goals that these numbers say something about. */
export function judgeChains(numbers: ChainNumbers): GoalVerdict[] {
  return [...composeGoals(numbers), ...trafficGoals(numbers)];
}

/** The text for one kernel. */
export function chainText(numbers: ChainNumbers): string {
  const { kernel, isEmulated, engines, traffic } = numbers;
  const refusals = engines.flatMap(({ engine, refusal }) =>
    refusal === null ? [] : [`- ${engine} does not run here: ${refusal}`]
  );
  const verdicts = judgeChains(numbers).map(({ goal, measured, result }) => [
    goal,
    measured,
    result,
  ]);
  return [
    `#### Linux ${kernel}${isEmulated ? ", in software emulation" : ""}`,
    markdownTable(["goal", "measured", "result"], verdicts),
    packetTable(numbers),
    changeTable(numbers),
    [...traffic.map(trafficLine), ...refusals].join("\n"),
  ].filter((part) => part !== "").join("\n\n");
}
