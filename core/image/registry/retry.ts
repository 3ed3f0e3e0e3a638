/**
 * When a request is tried again, and after which wait. Plain functions: nothing waits here.
 *
 * @module
 */

/** Tries of one request. */
export const TRIES = 5;
/** Longest wait that a registry may ask for; more is told to the user. */
export const LONGEST_WAIT_MS = 60_000;

const FIRST_WAIT_MS = 250;
const MOST_BACKOFF_MS = 3000;
const JITTER = 0.1;
const STATUSES: readonly number[] = [408, 429, 500, 502, 503, 504];

/** True for an answer that may be another one soon. */
export function isTransient(status: number): boolean {
  return STATUSES.includes(status);
}

/**
 * The wait that `Retry-After` asks for, in milliseconds; undefined when it asks for none.
 *
 * @param value Seconds or a date.
 * @param now The time that a date is compared with.
 */
export function retryAfterMs(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * The wait before the next try, doubled each time and a little different for everybody.
 *
 * @param attempt Tries so far, from 1.
 * @param random A number from 0 to 1.
 */
export function backoffMs(attempt: number, random: number): number {
  const plain = Math.min(MOST_BACKOFF_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return plain * (1 + JITTER * (2 * random - 1));
}
