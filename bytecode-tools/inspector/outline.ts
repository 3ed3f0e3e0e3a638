/**
 * What libbpf makes of an object, as far as its description needs it: without code, data and
 * relocations, whose reports are the larger part for large objects.
 *
 * @module
 */
import { readAnswer } from "./answer_shape.ts";
import type { InspectError } from "./inspect_error.ts";
import { CODE, OBJECT, type ObjectFacts, type Reference } from "./object_facts.ts";
import { Batch } from "../wasm/batch.ts";
import * as calls from "../wasm/calls.ts";

/** An object in short. */
export interface ObjectOutline {
  /** What it holds. */
  readonly facts: ObjectFacts;
  /** References of each program, in the order of the facts; empty when linking failed. */
  readonly references: readonly (readonly Reference[])[];
  /** Why linking failed, when it did. */
  readonly failure: InspectError | undefined;
}

/**
 * Opens and links an object without a kernel.
 *
 * @throws {InspectError} When libbpf does not take the object.
 */
export function outlineObject(bytes: Uint8Array): ObjectOutline {
  const batch = new Batch();
  const object = batch.add(calls.openObject(bytes, "object"));
  const facts = batch.add(calls.describe(object));
  batch.add(calls.relocateCore(object));
  batch.add(calls.link(object));
  const code = batch.add(calls.code(object, false));
  const replies = batch.run();
  const { failure } = replies;
  return {
    facts: readAnswer(replies.of(facts).answer, OBJECT),
    references: failure === undefined
      ? readAnswer(replies.of(code).answer, CODE).map(({ references }) => references)
      : [],
    failure,
  };
}
