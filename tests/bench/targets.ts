/**
 * What the project wants, and whether it is so.
 *
 * @module
 */
import { NAMES } from "./groups.ts";
import type { Sample } from "./measure.ts";
import { type Quantity, ratioOf, spreadOf } from "./statistics.ts";
import type { Results } from "./subject.ts";

/** One target with what was measured. */
export interface Verdict {
  readonly target: string;
  readonly wall: string;
  readonly cpu: string;
  readonly result: string;
}

function samplesOf(results: Results, name: string): readonly Sample[] {
  const samples = results.get(name);
  if (samples === undefined) throw new TypeError(`Cannot judge "${name}": it was not measured`);
  return samples;
}

function resultOf(isWallMet: boolean, isCpuMet: boolean): string {
  if (isWallMet && isCpuMet) return "met";
  if (isWallMet) return "met in wall time, missed in CPU time";
  return isCpuMet ? "met in CPU time, missed in wall time" : "missed";
}

/** At most `limit` times another command. */
export function judgeRatio(
  results: Results,
  { name, other = NAMES.empty, limit }: { name: string; other?: string; limit: number },
): Verdict {
  const [samples, others] = [samplesOf(results, name), samplesOf(results, other)];
  const [wall, cpu] = (["wallMs", "cpuMs"] as const)
    .map((quantity) => ratioOf(samples, others, quantity));
  const [wallRatio = NaN, cpuRatio = NaN] = [wall, cpu];
  return {
    target: `${name}: at most ${limit} times ${other}`,
    wall: `${wallRatio.toFixed(2)} times`,
    cpu: `${cpuRatio.toFixed(2)} times`,
    result: resultOf(wallRatio <= limit, cpuRatio <= limit),
  };
}

/** At most an empty script plus `factor` times another command: medians, in milliseconds. */
export function judgeSum(
  results: Results,
  { name, other, factor }: { name: string; other: string; factor: number },
): Verdict {
  const median = (subject: string, quantity: Quantity): number =>
    spreadOf(samplesOf(results, subject).map((sample) => sample[quantity])).median;
  const [wall, cpu] = (["wallMs", "cpuMs"] as const).map((quantity) => ({
    found: median(name, quantity),
    limit: median(NAMES.empty, quantity) + factor * median(other, quantity),
  }));
  const text = (pair: typeof wall): string =>
    pair === undefined ? "" : `${pair.found.toFixed(1)} ms of ${pair.limit.toFixed(1)} ms`;
  const isMet = (pair: typeof wall): boolean => pair !== undefined && pair.found <= pair.limit;
  return {
    target: `${name}: at most ${NAMES.empty} plus ${factor} times ${other}`,
    wall: text(wall),
    cpu: text(cpu),
    result: resultOf(isMet(wall), isMet(cpu)),
  };
}

/** At most an empty script plus so many milliseconds: the median of the differences in each round. */
export function judgeExtra(
  results: Results,
  { name, limitMs }: { name: string; limitMs: number },
): Verdict {
  const [samples, others] = [samplesOf(results, name), samplesOf(results, NAMES.empty)];
  const [wall = NaN, cpu = NaN] = (["wallMs", "cpuMs"] as const).map((quantity) =>
    spreadOf(samples.map((sample, round) => sample[quantity] - (others[round]?.[quantity] ?? NaN)))
      .median
  );
  return {
    target: `${name}: at most ${NAMES.empty} plus ${limitMs} ms`,
    wall: `plus ${wall.toFixed(1)} ms`,
    cpu: `plus ${cpu.toFixed(1)} ms`,
    result: resultOf(wall <= limitMs, cpu <= limitMs),
  };
}

/** At most so many milliseconds: the median. */
export function judgeLimit(
  results: Results,
  { name, limitMs }: { name: string; limitMs: number },
): Verdict {
  const samples = samplesOf(results, name);
  const [wall = NaN, cpu = NaN] = (["wallMs", "cpuMs"] as const)
    .map((quantity) => spreadOf(samples.map((sample) => sample[quantity])).median);
  return {
    target: `${name}: at most ${limitMs} ms`,
    wall: `${wall.toFixed(1)} ms`,
    cpu: `${cpu.toFixed(1)} ms`,
    result: wall <= limitMs ? "met" : "missed",
  };
}

/** Peak memory of at most `limitMib`, in every run. */
export function judgeMemory(
  results: Results,
  { name, limitMib }: { name: string; limitMib: number },
): Verdict {
  const peak = spreadOf(samplesOf(results, name).map(({ peakMib }) => peakMib)).max;
  return {
    target: `${name}: peak memory of at most ${limitMib} MiB`,
    wall: `${peak.toFixed(1)} MiB`,
    cpu: "",
    result: peak <= limitMib ? "met" : "missed",
  };
}

/** Less peak memory than another command: the worst run against the other's best. */
export function judgeLessMemory(
  results: Results,
  { name, other }: { name: string; other: string },
): Verdict {
  const peaks = (subject: string) =>
    spreadOf(samplesOf(results, subject).map(({ peakMib }) => peakMib));
  const [mine, others] = [peaks(name).max, peaks(other).min];
  return {
    target: `${name}: less peak memory than ${other}`,
    wall: `${mine.toFixed(1)} MiB against ${others.toFixed(1)} MiB`,
    cpu: "",
    result: mine < others ? "met" : "missed",
  };
}

/** Results of the groups of commands that have targets. */
export interface MeasuredGroups {
  readonly startUp: Results;
  readonly list: Results;
  readonly load: Results;
}

/** Targets of the commands that load, attach and list. */
export function judgeCommands({ startUp, list, load }: MeasuredGroups): Verdict[] {
  return [
    judgeRatio(startUp, { name: NAMES.version, limit: 1.25 }),
    judgeRatio(startUp, { name: NAMES.help, limit: 1.25 }),
    judgeRatio(list, { name: NAMES.listMany, limit: 3 }),
    judgeMemory(list, { name: NAMES.listMany, limitMib: 60 }),
    judgeSum(load, { name: NAMES.load, other: NAMES.bpftoolLoad, factor: 2 }),
  ];
}

/** Targets of the commands that look at objects. */
export function judgeTools(bytecode: Results): Verdict[] {
  return [
    judgeExtra(bytecode, { name: NAMES.inspect, limitMs: 40 }),
    judgeRatio(bytecode, { name: NAMES.check, other: NAMES.bpftoolBtf, limit: 1.5 }),
  ];
}

/** Targets of the commands on images. */
export function judgeImages(images: Results): Verdict[] {
  return [
    judgeRatio(images, { name: NAMES.imagePull, other: NAMES.skopeoCopy, limit: 2 }),
    judgeLessMemory(images, { name: NAMES.imagePull, other: NAMES.skopeoCopy }),
    judgeExtra(images, { name: NAMES.imageBuild, limitMs: 100 }),
  ];
}
