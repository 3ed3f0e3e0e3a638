/**
 * What every load is told besides its object.
 *
 * @module
 */
import { APPLICATION, GLOBAL, MAP_OWNER_ID, PROGRAMS } from "../commands/load.ts";
import { METADATA } from "../options.ts";
import type { LoadSettings } from "../../core/types.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { toRecord } from "./pairs.ts";

/** Reads from the arguments what every load has. */
export function readLoadSettings(input: ParsedInput): LoadSettings {
  const application = input.one(APPLICATION);
  const mapOwnerId = input.one(MAP_OWNER_ID);
  return {
    programs: input.all(PROGRAMS),
    globals: toRecord("--global", input.all(GLOBAL)),
    metadata: toRecord("--metadata", input.all(METADATA)),
    ...(application === undefined ? {} : { application }),
    ...(mapOwnerId === undefined ? {} : { mapOwnerId }),
  };
}
