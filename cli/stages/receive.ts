/**
 * Waits for the answer of the front, and no longer than it may take.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import { brokenPlan, MAX_MESSAGE } from "../../core/handover/frame.ts";
import type { ProcessEnd } from "./calls.ts";

/** How long a front may take: slow registries and large images included. */
export const FRONT_LIMIT_MS: number = 15 * 60 * 1000;

/** How long the end of the front is waited for once it has closed its end of the pipe. */
const END_LIMIT_MS = 2_000;
const POLL_MS = 5;
const CHUNK = 64 * 1024;

/** Something that is read until its end. */
export interface Source {
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * Reads everything.
 *
 * @param source The pipe.
 * @param limit Most bytes. @default those of one message
 * @throws {BpfmanError} `plan-broken`, when there is more than a message can have.
 */
export async function readAll(
  source: Source,
  limit: number = MAX_MESSAGE,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(CHUNK);
  let length = 0;
  for (;;) {
    const count = await source.read(bytes.subarray(length));
    if (count === null || count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > limit) throw brokenPlan(`it has more than ${limit} bytes`);
    if (length < bytes.length) continue;
    const larger = new Uint8Array(bytes.length * 4);
    larger.set(bytes);
    bytes = larger;
  }
}

/**
 * Waits, but not for ever.
 *
 * @param work What is waited for.
 * @param limitMs For how long.
 * @throws {BpfmanError} `front-failed`.
 */
export async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  using steps = new DisposableStack();
  const late = new Promise<never>((_, reject) => {
    const why = `it has not answered for ${limitMs / 1000} s`;
    const timer = setTimeout(() => reject(frontFailed(why)), limitMs);
    steps.defer(() => clearTimeout(timer));
  });
  return await Promise.race([work, late]);
}

/** The error for a front that ended, or went on, without an answer. */
export function frontFailed(why: string, cause?: unknown): BpfmanError {
  return new BpfmanError(
    `Cannot use the answer of the process that reads the object: ${why}`,
    {
      code: "front-failed",
      hint: "Nothing was loaded; run the command again",
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** How the front came to say nothing that can be used. */
export async function describeEnd(poll: () => ProcessEnd | null): Promise<string> {
  for (let waited = 0; waited < END_LIMIT_MS; waited += POLL_MS) {
    const end = poll();
    if (end === null) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      continue;
    }
    return "signal" in end
      ? `it was ended by signal ${end.signal}`
      : `it ended with exit code ${end.code}`;
  }
  return "it goes on without saying more";
}
