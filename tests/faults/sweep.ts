/**
 * The sweep: a verb runs again and again, each time with a fault at another system call.
 *
 * @module
 */
import type { Fault, Traced } from "./trace.ts";
import type { FaultScene } from "./scene.ts";
import type { PrepareVerb } from "./verbs.ts";

/** What became of one verb under one fault. */
export interface SweepResult {
  readonly verb: string;
  readonly fault: Fault;
  /** System calls that change something in one undisturbed run. */
  readonly calls: number;
  /** Points that were tried and hit. */
  readonly points: number;
  /** Runs that ended with success all the same. */
  readonly done: number;
  /** Points at which something was not as it must be, in words. */
  readonly failures: readonly string[];
}

/** Which points are tried. */
export interface SweepOptions {
  readonly verb: string;
  readonly prepare: PrepareVerb;
  readonly fault: Fault;
  /** Every how many points. */
  readonly stride: number;
}

async function tryPoint(
  scene: FaultScene,
  { prepare, fault }: SweepOptions,
  point: number,
): Promise<Traced> {
  const args = await prepare(scene);
  scene.manager.notices();
  const traced = await scene.tracer.run(args, point, fault);
  const isKilled = fault === "KILL" && traced.hit >= 0;
  if (isKilled && traced.code !== 137) throw new Error(`Cannot kill: it ended with ${traced.code}`);
  if (traced.code === 1 && /"?unexpected|not a function|undefined/.test(traced.stderr)) {
    throw new Error(`Cannot accept the message: ${traced.stderr}`);
  }
  await scene.checkStatus();
  await scene.checkConverged();
  await scene.clear();
  return traced;
}

/**
 * Sweeps one verb.
 *
 * @param scene Where it runs; empty before and after.
 * @param options Which points.
 */
export async function sweep(scene: FaultScene, options: SweepOptions): Promise<SweepResult> {
  const { verb, fault, stride } = options;
  const { points: calls, code } = await tryPoint(scene, options, 0);
  if (code !== 0) throw new Error(`Cannot sweep "${verb}": it fails without a fault`);
  const failures: string[] = [];
  let [points, done] = [0, 0];
  for (let point = 1; point <= calls; point += stride) {
    try {
      const traced = await tryPoint(scene, options, point);
      if (traced.hit >= 0) points++;
      if (traced.code === 0) done++;
    } catch (error) {
      points++;
      failures.push(`${verb}, ${fault} at call ${point} of ${calls}: ${error}`);
      // what one point left must not be blamed on the next
      await scene.state.cli.run(["repair", "--rebuild-store"]);
      await scene.state.cli.run(["program", "delete", "--all", "-r"]);
    }
  }
  return { verb, fault, calls, points, done, failures };
}
