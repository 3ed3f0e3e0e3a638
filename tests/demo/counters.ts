/**
 * Counters in pinned maps, read with bpftool: an independent witness of what the kernel did.
 *
 * @module
 */
import { PLAIN_STYLE } from "../../cli/output/style.ts";
import { renderTable } from "../../cli/output/table.ts";
import { DemoFailure } from "./failure.ts";
import type { Shell } from "./shell.ts";

/** A 64-bit number in a map. */
export interface Counter {
  readonly label: string;
  /** Full name of the map. */
  readonly map: string;
  /** Key in the map. */
  readonly key: number;
  /** Which 64-bit word of the value. @default 0 */
  readonly word?: number;
  /** How much it must grow. */
  readonly atLeast: number;
  /** True when it must not grow at all. @default false */
  readonly isStill?: boolean;
}

/** A counter with what was seen before and after the traffic. */
export interface Reading {
  readonly label: string;
  readonly before: number;
  readonly after: number;
  readonly atLeast: number;
  /** True when it was not to move. @default false */
  readonly isStill?: boolean;
}

type HexBytes = readonly string[];

/** One entry of `bpftool -j map dump`: one value, or one for each processor. */
interface DumpEntry {
  readonly key: HexBytes;
  readonly value?: HexBytes;
  readonly values?: readonly { readonly value: HexBytes }[];
}

/** Little-endian, as on every machine that the fixtures are made for. */
function numberOf(bytes: HexBytes): number {
  return Number(bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n));
}

/** Takes a counter out of a dump; the processors are added up. */
export function counterIn(dump: string, counter: Counter): number {
  const entries: DumpEntry[] = JSON.parse(dump);
  const entry = entries.find(({ key }) => numberOf(key) === counter.key);
  if (entry === undefined) {
    throw new DemoFailure(`Cannot read "${counter.label}": the map has no key ${counter.key}`);
  }
  const values = entry.values?.map(({ value }) => value) ?? [entry.value ?? []];
  const start = (counter.word ?? 0) * 8;
  return values.reduce((sum, value) => sum + numberOf(value.slice(start, start + 8)), 0);
}

/** Reads counters of the maps in a folder of pins. */
export async function readCounters(
  shell: Shell,
  folder: string,
  counters: readonly Counter[],
): Promise<number[]> {
  const dumps = new Map<string, string>();
  for (const map of new Set(counters.map((counter) => counter.map))) {
    const words = ["bpftool", "-j", "map", "dump", "pinned", `${folder}/${map}`];
    dumps.set(map, await shell.run(words, { isOutputShown: false }));
  }
  return counters.map((counter) => counterIn(dumps.get(counter.map) ?? "[]", counter));
}

/** The readings as a table. */
export function renderReadings(readings: readonly Reading[]): string {
  const headers = ["COUNTER", "BEFORE", "AFTER", "CHANGE"].map((header) => ({ header }));
  const rows = readings.map(({ label, before, after }) => [
    label,
    String(before),
    String(after),
    after > before ? `+${after - before}` : String(after - before),
  ]);
  return renderTable(headers, rows, { style: PLAIN_STYLE, width: null }).trimEnd();
}

/** Throws unless every counter has grown as much as it must, or stood still where it must. */
export function checkReadings(readings: readonly Reading[]): void {
  for (const { label, before, after, atLeast, isStill = false } of readings) {
    const change = after - before;
    if (isStill ? change === 0 : change >= atLeast) continue;
    throw new DemoFailure(
      `The counter "${label}" did not move as it must: from ${before} to ${after}, ` +
        `wanted ${isStill ? "no change" : `at least +${atLeast}`}`,
    );
  }
}
