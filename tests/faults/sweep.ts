/**
 * The sweep: a verb runs again and again, each time with a fault at another system call.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import type { FaultScene } from "./scene.ts";
import { type Fault, pointSort, type StageLetter, type Traced } from "./trace.ts";
import {
  type Expectation,
  type Harm,
  HarmError,
  harmful,
  type Outcome,
  outcomeOf,
  type Picture,
} from "./verdict.ts";
import type { Verb } from "./verbs.ts";

/** A point at which something was not as it must be. */
export interface Failure {
  readonly harm: Harm;
  readonly words: string;
}

/** What became of one verb under one fault. */
export interface SweepResult {
  readonly verb: string;
  readonly fault: Fault;
  /** Points of one undisturbed run, by the process that makes the call. */
  readonly calls: readonly StageLetter[];
  /** What that run left. */
  readonly end: Picture;
  /** Points that were hit, by the process. */
  readonly hits: readonly StageLetter[];
  /** Points that were tried, and which the command did not come to. */
  readonly missed: number;
  /** How many ended how. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly failures: readonly Failure[];
}

/** Which points of how many are tried. */
export type ChoosePoints = (count: number) => readonly number[];

/** Every so manieth point, from the first. */
export function everyPoint(stride: number): ChoosePoints {
  return (count) => {
    const points: number[] = [];
    for (let point = 1; point <= count; point += stride) points.push(point);
    return points;
  };
}

/** So many points, spread evenly, none of them the very last: a run may have one call less. */
export function spreadPoints(wanted: number): ChoosePoints {
  return (count) =>
    Array.from({ length: wanted }, (_, at) => 1 + Math.floor(count * (at + 0.5) / wanted));
}

/** A run of a verb without a fault. */
export interface Undisturbed {
  readonly calls: readonly StageLetter[];
  readonly end: Picture;
}

/** Where scenes come from; one that harm was done to is not used again. */
export interface SceneShop {
  /** Undisturbed runs by verb and sort of points, so that one is enough for all errors. */
  readonly undisturbed: Map<string, Undisturbed>;
  scene(): Promise<FaultScene>;
  renew(): Promise<void>;
}

/** What is swept. */
export interface SweepOptions {
  readonly name: string;
  readonly verb: Verb;
  readonly fault: Fault;
  readonly choose: ChoosePoints;
}

/** A failure that the tool did not foresee shows as one of these words. */
const UNFORESEEN = /"?unexpected|not a function|undefined|NaN|at file:/;

function checkEnd(fault: Fault, { hit, code, stderr }: Traced): void {
  if (hit !== null && fault === "KILL") strictEqual(code, 137, `killed, but: ${stderr}`);
  if (code !== 0 && code !== 137 && stderr === "") {
    throw new Error(`Cannot accept exit code ${code} without a word`);
  }
  if (UNFORESEEN.test(stderr)) throw new Error(`Cannot accept the message: ${stderr}`);
}

/** Where it happened and what the command said, for whoever looks into it. */
function describe({ hit, stages, numbers, code, stderr }: Traced): string {
  const place = hit === null ? "" : `${stages[hit - 1]} call ${numbers[hit - 1]}, `;
  return `${place}exit code ${code}, ${JSON.stringify(stderr.trim())}`;
}

interface Tried {
  readonly traced: Traced;
  readonly before: Picture;
  readonly now: Picture;
}

/** Runs a verb up to a point, and the next command; does not take away what is there then. */
async function tryOnce(
  scene: FaultScene,
  { verb, fault }: SweepOptions,
  point: number,
): Promise<Tried> {
  const args = await verb.prepare(scene);
  scene.manager.notices();
  const known = await scene.programIds();
  const before = await scene.picture(known);
  const traced = await harmful("wedged", () => scene.tracer.run(args, point, fault));
  try {
    await harmful("untrue", () => checkEnd(fault, traced));
    await harmful("untrue", () => scene.checkStatus());
    await scene.checkConverged(verb.mend);
    return { traced, before, now: await harmful("lost", () => scene.picture(known)) };
  } catch (error) {
    if (!(error instanceof HarmError)) throw error;
    throw new HarmError(error.harm, `${describe(traced)}: ${error.message}`, { cause: error });
  }
}

class Sweep {
  readonly #shop: SceneShop;
  readonly #options: SweepOptions;
  readonly #outcomes: Record<Outcome, number> = { done: 0, undone: 0, "on the way": 0 };
  readonly #hits: StageLetter[] = [];
  readonly #failures: Failure[] = [];
  #missed = 0;

  constructor(shop: SceneShop, options: SweepOptions) {
    this.#shop = shop;
    this.#options = options;
  }

  async #undisturbed(): Promise<Undisturbed> {
    const { name, fault } = this.#options;
    const key = `${name}, ${pointSort(fault)}`;
    const { undisturbed } = this.#shop;
    const known = undisturbed.get(key);
    if (known !== undefined) return known;
    const scene = await this.#shop.scene();
    const { traced, now } = await tryOnce(scene, this.#options, 0);
    if (traced.code !== 0) throw new Error(`Cannot sweep "${name}": it fails: ${traced.stderr}`);
    await scene.clear();
    const run = { calls: traced.stages, end: now };
    undisturbed.set(key, run);
    return run;
  }

  async #tryPoint(point: number, end: Picture): Promise<void> {
    const scene = await this.#shop.scene();
    const { traced, before, now } = await tryOnce(scene, this.#options, point);
    const { isGradual = false } = this.#options.verb;
    const expected: Expectation = { before: before, after: end, isGradual };
    this.#note(traced, outcomeOf(now, expected, traced));
    await scene.clear();
  }

  #note({ hit, stages }: Traced, outcome: Outcome): void {
    const stage = hit === null ? undefined : stages[hit - 1];
    if (stage === undefined) return void this.#missed++;
    this.#hits.push(stage);
    this.#outcomes[outcome]++;
  }

  async run(): Promise<SweepResult> {
    const { name, fault, choose } = this.#options;
    const { calls, end } = await this.#undisturbed();
    for (const point of choose(calls.length)) {
      try {
        await this.#tryPoint(point, end);
      } catch (error) {
        if (!(error instanceof HarmError)) throw error;
        const where = `${name}, ${fault} at point ${point} of ${calls.length}`;
        this.#failures.push({ harm: error.harm, words: `${where}: ${error.message}` });
        // what one point left must not be blamed on the next
        await this.#shop.renew();
      }
    }
    return {
      verb: name,
      fault,
      calls,
      end,
      hits: this.#hits,
      missed: this.#missed,
      outcomes: this.#outcomes,
      failures: this.#failures,
    };
  }
}

/** Sweeps one verb. */
export function sweep(shop: SceneShop, options: SweepOptions): Promise<SweepResult> {
  return new Sweep(shop, options).run();
}
