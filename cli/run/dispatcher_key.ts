/**
 * From arguments to the hook that is meant.
 *
 * @module
 */
import type { DispatcherKey } from "../../core/types.ts";
import { IFINDEX, NSID, TYPE } from "../commands/dispatcher.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Reads the arguments that name a dispatcher. */
export function readKey(input: ParsedInput): DispatcherKey {
  return { type: input.must(TYPE), nsid: input.must(NSID), ifindex: input.must(IFINDEX) };
}
