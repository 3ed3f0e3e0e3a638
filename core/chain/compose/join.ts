/**
 * From members to one program: the main program, the instructions of each member behind it, and
 * where every function is. Plain data; nothing is loaded.
 *
 * @module
 */
import type { FunctionInfo } from "../../../ffi/kernel.ts";
import type { ProgramId } from "../../types.ts";
import type { ChainKind } from "../proceed_on.ts";
import { INSTRUCTION_SIZE } from "./assemble.ts";
import { chainBtf, FIRST_FUNCTION } from "./btf.ts";
import type { MemberFunction } from "./functions.ts";
import { type Continuation, mainProgram } from "./main_program.ts";

/** BPF_LD | BPF_DW | BPF_IMM, and the kinds of it that take a map. */
const LD_IMM64 = 0x18;
const MAP_KINDS: readonly number[] = [1, 2];

/** A program whose instructions are called from a chain. */
export interface Body {
  readonly programId: ProgramId;
  readonly name: string;
  /** Adapted instructions; loads of maps have the map's place in `mapFds`. */
  readonly instructions: Uint8Array;
  readonly functions: readonly MemberFunction[];
  readonly mapFds: readonly number[];
}

/** A place of the chain. */
export interface JoinedMember {
  readonly programId: ProgramId;
  readonly proceedOn: readonly number[];
  readonly counter: number;
}

/** What is to be joined. */
export interface JoinOptions {
  readonly kind: ChainKind;
  readonly countersFd: number;
  /** In the order in which they run. */
  readonly members: readonly JoinedMember[];
  /** The programs of the members, each once. */
  readonly bodies: readonly Body[];
  /** What runs behind the last member; null at the end of the chain. */
  readonly continuation: Continuation | null;
}

/** Instructions of a body in the joined program. */
export interface BodyPlace {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** One program out of many. */
export interface JoinedProgram {
  readonly instructions: Uint8Array;
  readonly btf: Uint8Array;
  readonly functions: readonly FunctionInfo[];
  readonly places: readonly BodyPlace[];
}

/** Name of the main program among the functions. */
export const MAIN_NAME = "bpfman_chain";

function withMaps({ instructions, mapFds, name }: Body): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(instructions);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += INSTRUCTION_SIZE) {
    if (bytes[at] !== LD_IMM64) continue;
    if (MAP_KINDS.includes(view.getUint8(at + 1) >> 4)) {
      const fd = mapFds[view.getInt32(at + 4, true)];
      if (fd === undefined) throw new TypeError(`Cannot join "${name}": a map has no descriptor`);
      view.setInt32(at + 4, fd, true);
    }
    at += INSTRUCTION_SIZE;
  }
  return bytes;
}

function nameOf({ name }: Body, index: number): string {
  return index === 0 ? name : `${name}_${index}`;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Joins members to one program. */
export function joinMembers(options: JoinOptions): JoinedProgram {
  const { kind, members, bodies } = options;
  let length = 0;
  const starts = bodies.map(({ instructions }) => {
    const start = length;
    length += instructions.length / INSTRUCTION_SIZE;
    return start;
  });
  const indexOf = new Map(bodies.map(({ programId }, index) => [programId, index]));
  const slots = members.map(({ programId, proceedOn, counter }) => {
    const body = indexOf.get(programId);
    if (body === undefined) throw new TypeError(`Cannot join: program ${programId} has no body`);
    return { proceedOn, counter, body };
  });
  const main = mainProgram({ ...options, slots, bodies: starts });
  const base = main.length / INSTRUCTION_SIZE;
  const found = bodies.flatMap((body, n) =>
    body.functions.map(({ start }, index) => ({
      name: nameOf(body, index),
      at: base + (starts[n] ?? 0) + start,
    }))
  );
  const all = [{ name: MAIN_NAME, at: 0 }, ...found];
  return {
    instructions: concatenate([main, ...bodies.map(withMaps)]),
    btf: chainBtf(kind, all.map(({ name }) => name)),
    functions: all.map(({ at }, index) => ({ at, typeId: FIRST_FUNCTION + index })),
    places: bodies.map(({ name, instructions }, n) => {
      const start = base + (starts[n] ?? 0);
      return { name, start, end: start + instructions.length / INSTRUCTION_SIZE };
    }),
  };
}
