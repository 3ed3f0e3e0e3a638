/**
 * A batch of calls that is written down first and run at once: here, or in a worker.
 *
 * @module
 */
import { freshRunner, runCalls } from "./module.ts";
import { outcomeOf, replyAt } from "./replies.ts";
import type { Call, Earlier, Reply, Runner } from "./runner.ts";
import { runWithin } from "./worker.ts";
import type { InspectError } from "../inspector/inspect_error.ts";

/** The replies of a batch by the places that {@linkcode Batch.add} gave. */
export class BatchReplies {
  readonly #replies: readonly Reply[];
  /** Why a call failed, when one did: there are no replies from it on. */
  readonly failure: InspectError | undefined;

  constructor(calls: readonly Call[], replies: readonly Reply[]) {
    const outcome = outcomeOf(calls, replies);
    this.#replies = outcome.replies;
    this.failure = outcome.failure;
  }

  /** The reply of a call; throws the failure when the batch did not come so far. */
  of(place: Earlier): Reply {
    if (place.earlier >= this.#replies.length && this.failure !== undefined) throw this.failure;
    return replyAt(this.#replies, place.earlier);
  }
}

/** Calls in the making. */
export class Batch {
  readonly #calls: Call[] = [];

  /** Adds a call; the returned place stands for its result in later calls. */
  add(call: Call): Earlier {
    this.#calls.push(call);
    return { earlier: this.#calls.length - 1 };
  }

  /** Runs the batch here, on a fresh instance unless one is given. */
  run(runner: Runner = freshRunner()): BatchReplies {
    return new BatchReplies(this.#calls, runCalls(runner, this.#calls));
  }

  /** Runs the batch on a fresh instance in a worker that is stopped at the deadline. */
  async runWithin(deadline: number): Promise<BatchReplies> {
    return new BatchReplies(this.#calls, await runWithin(this.#calls, { deadline }));
  }
}
