/**
 * What became of a command with a fault, by what is there before and after it.
 *
 * @module
 */
import type { Traced } from "./trace.ts";

/** What is loaded and attached: for each program what it is, and its places, sorted. */
export type Picture = ReadonlyMap<string, readonly string[]>;

/** How something is not as it must be. */
export type Harm =
  /** The status says what is not so. */
  | "untrue"
  /** Something is gone, or something is there that nobody asked for. */
  | "lost"
  /** A program, map, link, pin, filter or file has no owner any more. */
  | "leaked"
  /** The next command does not converge, or the command itself never ended. */
  | "wedged";

/** A point at which something is not as it must be. */
export class HarmError extends Error {
  override readonly name = "HarmError";
  readonly harm: Harm;

  constructor(harm: Harm, message: string, options?: ErrorOptions) {
    super(message, options);
    this.harm = harm;
  }
}

/** Runs a check; what it throws is that harm. */
export async function harmful<T>(harm: Harm, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof HarmError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new HarmError(harm, words, { cause: error });
  }
}

/** A picture in words. */
export function words(picture: Picture): string {
  return [...picture].map(([program, places]) => `${program} [${places.join("; ")}]`).sort()
    .join(", ");
}

/** True when all that the one has is in the other. */
function isPartOf(part: Picture, whole: Picture): boolean {
  return [...part].every(([program, places]) =>
    places.every((place) => whole.get(program)?.includes(place)) && whole.has(program)
  );
}

/** What a verb leaves. */
export interface Expectation {
  readonly before: Picture;
  readonly after: Picture;
  /** True where a part of the way is a state to stop at: `unload` detaches link by link. */
  readonly isGradual: boolean;
}

/** How it ended, once the next command was there. */
export type Outcome = "done" | "undone" | "on the way";

/**
 * Decides what became of it.
 *
 * @throws {HarmError} `lost`: it is neither as before nor as it should become.
 */
export function outcomeOf(
  now: Picture,
  { before, after, isGradual }: Expectation,
  { code, hit }: Pick<Traced, "code" | "hit">,
): Outcome {
  if (words(now) === words(after)) return "done";
  const isTold = code === 0 && hit !== null;
  if (isTold) throw new HarmError("lost", `Cannot believe "done": there is ${words(now)}`);
  if (words(now) === words(before)) return "undone";
  const isBetween = isPartOf(now, before) && isPartOf(after, now) ||
    isPartOf(before, now) && isPartOf(now, after);
  if (isGradual && isBetween) return "on the way";
  throw new HarmError(
    "lost",
    `Cannot find the state of before (${words(before)}) or the new one (${words(after)}): ` +
      `there is ${words(now)}`,
  );
}
