/**
 * Watching a gate: reads counters until its time is over, or a condition can never be met.
 *
 * @module
 */
import { figuresOf, judgeGate, type Watched } from "./judge.ts";
import type { WaitListener } from "../../waiting.ts";
import type { GateClock, GateSampler, GateSpec, GateVerdict } from "./types.ts";

/** Time that passes, and who is told how far it is. */
interface WatchClock extends GateClock {
  readonly onWait?: WaitListener;
}

/** Time between two readings. */
const STEP_MS = 250;

/** The clock of this machine. */
export const SYSTEM_CLOCK: GateClock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * Watches new programs until a gate passes or fails. It fails as soon as a condition on a counter
 * can never be met; it passes when its time is over and all are met. A figure that cannot be told
 * fails it: nothing passes unseen.
 *
 * @param sampler Who counts. Without a program there is nothing to watch, and it passes at once.
 * @param spec The gate.
 * @param clock Time that passes.
 * @returns What it says, with the figures.
 */
export async function watchGate(
  sampler: GateSampler,
  spec: GateSpec,
  clock: WatchClock,
): Promise<GateVerdict> {
  const first = sampler.sample();
  const start = clock.now();
  for (;;) {
    const elapsedMs = clock.now() - start;
    const now = sampler.sample();
    const watched = now.flatMap((reading, at): Watched[] => {
      const begin = first[at];
      return begin === undefined ? [] : [{ first: begin, now: reading }];
    });
    const isOver = elapsedMs >= spec.durationMs || watched.length === 0;
    const failure = judgeGate(spec, watched, isOver);
    if (isOver || failure !== null) {
      clock.onWait?.(null);
      const figures = watched.map(figuresOf);
      return { gate: spec.text, passed: failure === null, elapsedMs, figures, failure };
    }
    const { durationMs, text: gate } = spec;
    clock.onWait?.({ kind: "gate", elapsedMs, durationMs, gate });
    await clock.sleep(Math.min(STEP_MS, spec.durationMs - elapsedMs));
  }
}
