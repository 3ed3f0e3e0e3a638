/**
 * What is measured: groups of commands that run in turns.
 *
 * @module
 */
import { measure, type MeasureOptions, type Sample } from "./measure.ts";

/** One command of a group. */
export interface Subject {
  readonly name: string;
  /** The words to run; asked for in each round, as ids change. */
  readonly command: () => readonly string[] | Promise<readonly string[]>;
  readonly options?: MeasureOptions;
  /** Puts back what the command changed; not measured. */
  readonly after?: () => Promise<void>;
}

/** Commands that are compared with each other. */
export interface Group {
  readonly title: string;
  /** The first one is what ratios are against. Their order is that of each round. */
  readonly subjects: readonly Subject[];
}

/** What came out of a group, by the subject's name. */
export type Results = ReadonlyMap<string, readonly Sample[]>;

/** Runs that are not counted: they fill the caches of files and of compiled code. */
const WARM_UP_ROUNDS = 2;

/** How a group is run. */
export interface GroupOptions {
  readonly rounds: number;
  /** Stops between two commands. */
  readonly signal: AbortSignal;
}

/** Runs a group: every subject once in each round. */
export async function runGroup(
  group: Group,
  { rounds, signal }: GroupOptions,
): Promise<Results> {
  const results = new Map<string, Sample[]>(group.subjects.map(({ name }) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const { name, command, options, after } of group.subjects) {
      signal.throwIfAborted();
      const sample = await measure(await command(), options);
      if (round >= 0) results.get(name)?.push(sample);
      await after?.();
    }
  }
  return results;
}
