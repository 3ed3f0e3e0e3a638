/**
 * The part of docs/benchmarks.md about how long privileges are held.
 *
 * @module
 */
import type { Sample } from "./measure.ts";
import { markdownTable, type Marks, spreadText } from "./page.ts";
import { PRIVILEGE_NAMES, type PrivilegeNumbers, type StagedSample } from "./privilege_numbers.ts";
import { spreadOf } from "./statistics.ts";

/** Marks between which the page is written anew. */
export const PRIVILEGE_MARKS: Marks = {
  start: "<!-- written by deno task bench, privileges: start -->",
  end: "<!-- written by deno task bench, privileges: end -->",
};

/** Less than this many milliseconds, in every run. */
const GOAL_MS = 25;
const BPF = "CAP_BPF";

function heldOf({ timing }: StagedSample, capability: string): number {
  return timing.heldMs.get(capability) ?? 0;
}

function spread(numbers: readonly number[]): string {
  return spreadText(spreadOf(numbers));
}

function goalRows({ staged }: PrivilegeNumbers): string[][] {
  return [...staged].map(([name, samples]) => {
    const held = samples.map((sample) => heldOf(sample, BPF));
    const { max } = spreadOf(held);
    const result = max < GOAL_MS ? "met" : "missed";
    return [`${name}: ${BPF} for less than ${GOAL_MS} ms`, `${max.toFixed(1)} ms at most`, result];
  });
}

function effectRows({ staged, whole }: PrivilegeNumbers): string[][] {
  const rows = [...staged].flatMap(([name, samples]) => {
    const capabilities = new Set(samples.flatMap(({ timing }) => [...timing.heldMs.keys()]));
    return [...capabilities].sort().map((capability) => {
      const held = samples.map((sample) => heldOf(sample, capability));
      const shares = samples.map((sample, at) => 100 * (held[at] ?? 0) / sample.sample.wallMs);
      return [name, capability, spread(held), `${spreadOf(shares).median.toFixed(1)} %`];
    });
  });
  const all = [...whole].map(([name, samples]) => {
    return [name, "all", spread(samples.map(({ wallMs }) => wallMs)), "100 %"];
  });
  return [...rows, ...all];
}

/** Median of the ratios within each round. */
function ratioToHeld(others: readonly Sample[], samples: readonly StagedSample[]): string {
  const ratios = samples.flatMap((sample, round) => {
    const other = others[round];
    return other === undefined ? [] : [other.wallMs / heldOf(sample, BPF)];
  });
  return spreadOf(ratios).median.toFixed(2);
}

function ratioRows({ staged, whole }: PrivilegeNumbers): string[][] {
  return [...staged].map(([name, samples]) => [
    name,
    ...[PRIVILEGE_NAMES.oneProcess, PRIVILEGE_NAMES.bpftool]
      .map((other) => `${ratioToHeld(whole.get(other) ?? [], samples)} times`),
  ]);
}

function stageRows({ staged, whole }: PrivilegeNumbers): string[][] {
  const rows = [...staged].map(([name, samples]) => {
    const of = (number: (sample: StagedSample) => number): string => spread(samples.map(number));
    return [
      name,
      of(({ timing }) => timing.startMs),
      of(({ timing }) => timing.frontMs),
      of(({ timing }) => timing.loaderMs),
      of(({ sample, timing }) => sample.wallMs - timing.startMs - timing.loaderMs),
      of(({ sample }) => sample.wallMs),
    ];
  });
  const others = [...whole].map(([name, samples]) => {
    return [name, ...Array(4).fill("-"), spread(samples.map(({ wallMs }) => wallMs))];
  });
  return [...rows, ...others];
}

/** The text of the part. */
export function privilegeText(numbers: PrivilegeNumbers): string {
  const effect = ["command", "capability", "in effect, ms", "of its wall time"];
  const ratios = [`${BPF} in`, PRIVILEGE_NAMES.oneProcess, PRIVILEGE_NAMES.bpftool];
  const stages = ["command", "root before the jail", "front", "loader", "rest", "wall, ms"];
  return [
    `### Goals\n\n${markdownTable(["goal", "measured", "result"], goalRows(numbers))}`,
    `### In effect\n\n${markdownTable(effect, effectRows(numbers))}`,
    `### How many times longer others hold it\n\n${markdownTable(ratios, ratioRows(numbers))}`,
    `### Stages\n\n${markdownTable(stages, stageRows(numbers))}`,
  ].join("\n\n");
}
