/**
 * Filters that both lists share.
 *
 * @module
 */
import type { Metadata, ProgramType } from "../../core/types.ts";
import type { OptionSpec } from "../command.ts";
import {
  APPLICATION_FILTER,
  METADATA_SELECTOR,
  PROGRAM_TYPE_FILTER,
  SELECTOR,
} from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { toRecord } from "./pairs.ts";

/** Filters on the program. */
export interface SharedFilter {
  readonly application?: string;
  readonly metadata?: Metadata;
  readonly selector?: string;
  readonly types?: readonly ProgramType[];
}

/**
 * Reads the filters on programs.
 *
 * @param moreTypes Further options that name types; all together are a union.
 */
export function readSharedFilter(
  input: ParsedInput,
  ...moreTypes: readonly OptionSpec<"programType">[]
): SharedFilter {
  const application = input.one(APPLICATION_FILTER);
  const metadata = input.some(METADATA_SELECTOR);
  const selector = input.one(SELECTOR);
  const types = [PROGRAM_TYPE_FILTER, ...moreTypes].flatMap((option) => input.all(option));
  return {
    ...(application === undefined ? {} : { application }),
    ...(metadata === undefined ? {} : { metadata: toRecord("--metadata-selector", metadata) }),
    ...(selector === undefined ? {} : { selector }),
    ...(types.length === 0 ? {} : { types: [...new Set(types)] }),
  };
}
