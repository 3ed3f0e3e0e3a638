/**
 * Does the same with several ids: a failure with one does not keep the others from being done.
 *
 * @module
 */
import { BatchError } from "../../core/errors.ts";

/** What is done, in words. */
export interface BatchWords {
  readonly noun: "application" | "program" | "link";
  /** Such as `unload`. */
  readonly verb: string;
}

/** Some of several ids failed. */
export class BatchFailure extends BatchError {
  override readonly name: string = "BatchFailure";
  readonly noun: BatchWords["noun"];

  constructor(words: BatchWords, total: number, failures: BatchError["failures"]) {
    super(`${failures.length} of ${total} ${words.noun}(s) failed to ${words.verb}`, failures);
    this.noun = words.noun;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Works through ids one after the other. Throws the failure of a single id as it is. */
export async function forEachId(
  ids: readonly number[],
  words: BatchWords,
  work: (id: number) => Promise<void>,
): Promise<void> {
  const failures: { readonly id: number; readonly error: Error }[] = [];
  for (const id of ids) {
    try {
      await work(id);
    } catch (error) {
      failures.push({ id, error: toError(error) });
    }
  }
  const [first] = failures;
  if (first === undefined) return;
  if (ids.length === 1) throw first.error;
  throw new BatchFailure(words, ids.length, failures);
}
