/**
 * Which poisoned instructions the verifier would come to. CO-RE turns what a kernel does not have
 * into invalid instructions; a program still loads when no path leads there. The pass follows
 * constants through registers, stack, and the maps that never change, and every branch that those
 * leave open. It is bounded in steps and in memory.
 *
 * @module
 */
import type { CodeFacts } from "../inspector/object_facts.ts";
import { decodeCode } from "../insn/insn.ts";
import { ReachPass } from "./pass.ts";
import { verifierRules } from "./rules.ts";

/** Why an instruction is poisoned. */
export type PoisonKind = "core" | "map" | "kfunc";

/** A poisoned instruction that can be reached. */
export interface ReachedPoison {
  /** Slot in the linked program. */
  readonly instruction: number;
  readonly kind: PoisonKind;
  /** False when the way there is certain only without what the pass had to give up. */
  readonly isExact: boolean;
}

/** What the pass found. */
export interface ReachResult {
  readonly reached: readonly ReachedPoison[];
  /** Poisoned instructions of the program, reached or not. */
  readonly poisoned: number;
  /** Helpers that can be called, each with the first instruction that was found to do so. */
  readonly helpers: ReadonlyMap<number, number>;
  /** False when a bound stopped the pass: more may be reachable. */
  readonly isComplete: boolean;
  readonly steps: number;
}

/** A linked program. */
export type ReachProgram = Pick<CodeFacts, "references" | "functions"> & {
  /** Its instructions, subprograms included. */
  readonly bytes: Uint8Array;
};

/** Bytes of a map's keys and values. */
export interface MapSize {
  readonly keySize: number;
  readonly valueSize: number;
}

/** What the pass is told beside the program. */
export interface ReachOptions {
  /** Contents of the maps that never change, by place in the list of maps. @default none */
  readonly constants?: ReadonlyMap<number, Uint8Array>;
  /** Place of the map with the kconfig externs in the list of maps. @default none */
  readonly kconfigMap?: number;
  /** @default true */
  readonly isLittleEndian?: boolean;
  /** Bytes of keys and values of the maps, by place in the list of maps. @default unknown */
  readonly mapSizes?: ReadonlyMap<number, MapSize>;
  /** LINUX_KERNEL_VERSION, as verifiers differ. @default newest */
  readonly version?: number;
  /** @default 1,000,000, as in the verifier */
  readonly maxSteps?: number;
  /** States that are remembered or wait. @default 100,000 */
  readonly maxStates?: number;
}

/** Maps behind the instructions that load maps, or addresses of variables and kconfig externs. */
function mapsOf(program: ReachProgram, options: ReachOptions): Map<number, number> {
  const maps = new Map<number, number>();
  for (const { instruction, kind, index } of program.references) {
    if (kind === "data" || kind === "map") maps.set(instruction, index);
    else if (kind === "extern" && options.kconfigMap !== undefined) {
      maps.set(instruction, options.kconfigMap);
    }
  }
  return maps;
}

/** BTF linkage of functions that other files may call. */
const GLOBAL = 1;

/**
 * Finds the poisoned instructions of a linked program that can be reached.
 *
 * @param program Code as the kernel would get it, with libbpf's references.
 * @param options Constants and bounds.
 */
export function reachPoison(program: ReachProgram, options: ReachOptions = {}): ReachResult {
  const isLittleEndian = options.isLittleEndian ?? true;
  const around = {
    code: decodeCode(program.bytes, isLittleEndian),
    constants: options.constants ?? new Map<number, Uint8Array>(),
    maps: mapsOf(program, options),
    mapSizes: options.mapSizes ?? new Map<number, MapSize>(),
    rules: verifierRules(options.version),
    isLittleEndian,
  };
  const globals = program.functions
    .filter(({ linkage, instruction }) => linkage === GLOBAL && instruction > 0)
    .map(({ instruction }) => instruction);
  return new ReachPass(around, globals, options).run();
}
