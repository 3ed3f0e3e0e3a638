/**
 * What the reachability pass knows beside the code.
 *
 * @module
 */
import type { Code } from "../insn/insn.ts";
import type { MapSize } from "./reach.ts";
import type { VerifierRules } from "./rules.ts";

/** What the pass knows beside the code. */
export interface Surroundings {
  readonly code: Code;
  /** Map behind a 64-bit load of the map or of a variable's address, by instruction. */
  readonly maps: ReadonlyMap<number, number>;
  /** Values of the maps that never change, by place in the list of maps. */
  readonly constants: ReadonlyMap<number, Uint8Array>;
  readonly mapSizes: ReadonlyMap<number, MapSize>;
  readonly rules: VerifierRules;
  readonly isLittleEndian: boolean;
}
