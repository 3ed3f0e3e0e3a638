/**
 * Why programs cannot be one: what the kernel allows one program, held against the sum.
 *
 * @module
 */
import type { ChainKind } from "../proceed_on.ts";
import { INSTRUCTION_SIZE } from "./assemble.ts";
import { callDepth } from "./functions.ts";
import type { MemberFacts } from "./member.ts";

/** BPF_XDP of enum bpf_attach_type; other types of XDP programs belong to maps. */
const BPF_XDP = 37;
/** BPF_MAX_SUBPROGS, the main program included. */
const MAX_FUNCTIONS = 256;
/** MAX_USED_MAPS. */
const MAX_MAPS = 64;
/** MAX_BPF_STACK: bytes of all functions that are under way at once. */
const MAX_STACK = 512;
/** From so many bytes on, the functions above one that does a tail call take too much. */
const TOO_MUCH_ABOVE_TAIL_CALL = 256;
/** MAX_CALL_FRAMES. */
const MAX_FRAMES = 8;
/** BPF_COMPLEXITY_LIMIT_INSNS. */
const MAX_INSTRUCTIONS = 1_000_000;
/** Most instructions that the main program spends on one place. */
const INSTRUCTIONS_OF_SLOT = 16;

/** What the main program itself takes. */
const OWN = { stack: 4, functions: 1, maps: 1 } as const;

/** A chain, as far as limits go. */
export interface LimitQuestion {
  readonly kind: ChainKind;
  /** Places of the chain. */
  readonly slots: number;
  /** The programs, each once. */
  readonly members: readonly MemberFacts[];
  /** Number of different maps that they use. */
  readonly maps: number;
  /** What this kernel rounds the stack of a function up to. */
  readonly stackUnit: number;
}

function quoted(members: readonly MemberFacts[]): string {
  return members.map(({ record }) => `"${record.name}"`).join(", ");
}

function licenceLimit({ members }: LimitQuestion): string[] {
  const [free, others] = [true, false].map((wanted) =>
    members.filter(({ record }) => record.gplCompatible === wanted)
  );
  if (!free?.length || !others?.length) return [];
  return [
    `one program has one licence: ${quoted(free)} may be combined with the GPL, ` +
    `${quoted(others)} may not`,
  ];
}

function fragsLimit({ members }: LimitQuestion): string[] {
  const [able, others] = [true, false].map((wanted) =>
    members.filter(({ hasFrags }) => hasFrags === wanted)
  );
  if (!able?.length || !others?.length) return [];
  return [
    `either all programs take packets of several buffers (section xdp.frags) or none: ` +
    `${quoted(able)} can, ${quoted(others)} cannot`,
  ];
}

function attachTypeLimit({ kind, members }: LimitQuestion): string[] {
  const types = new Set(members.map(({ program }) => program.expectedAttachType));
  const strays = members.filter(({ program }) => program.expectedAttachType !== BPF_XDP);
  if (kind === "xdp" && strays.length > 0) {
    return strays.map(({ record, program }) =>
      `"${record.name}" is made for "${program.section}", which is no interface`
    );
  }
  // tail calls lead only to programs of the same attach type
  const jumping = members.filter(({ functions }) => functions.some((one) => one.hasTailCall));
  if (types.size < 2 || jumping.length === 0) return [];
  const sections = [...new Set(members.map(({ program }) => program.section))].join('", "');
  return [
    `${quoted(jumping)} calls on into other programs, so all must be of one attach type: they ` +
    `have the sections "${sections}"`,
  ];
}

function moduleLimit({ members }: LimitQuestion): string[] {
  const found = members.filter(({ usesModules }) => usesModules);
  return found.length === 0
    ? []
    : [`${quoted(found)} uses functions or variables of a kernel module`];
}

function stackLimit({ members, stackUnit }: LimitQuestion): string[] {
  return members.flatMap(({ record, functions }) => {
    const depth = callDepth(functions, { unit: stackUnit, mainStack: OWN.stack });
    const { frames, bytes, aboveTailCall } = depth;
    const said: string[] = [];
    if (bytes > MAX_STACK) {
      said.push(
        `"${record.name}" and what it calls take ${bytes} bytes of stack in a chain, ` +
          `${MAX_STACK} are allowed`,
      );
    }
    if (frames > MAX_FRAMES) {
      said.push(
        `"${record.name}" makes calls ${frames} functions deep in a chain, ` +
          `${MAX_FRAMES} are allowed`,
      );
    }
    if (aboveTailCall >= TOO_MUCH_ABOVE_TAIL_CALL) {
      said.push(
        `"${record.name}" does a tail call below ${aboveTailCall} bytes of stack in a chain, ` +
          `less than ${TOO_MUCH_ABOVE_TAIL_CALL} are allowed`,
      );
    }
    return said;
  });
}

function sizeLimits({ members, slots, maps }: LimitQuestion): string[] {
  const functions = OWN.functions +
    members.reduce((sum, { functions }) => sum + functions.length, 0);
  const instructions = slots * INSTRUCTIONS_OF_SLOT +
    members.reduce((sum, { program }) => sum + program.instructions.length, 0) / INSTRUCTION_SIZE;
  const sums = [
    [functions, MAX_FUNCTIONS, "functions"],
    [maps + OWN.maps, MAX_MAPS, "maps"],
    [instructions, MAX_INSTRUCTIONS, "instructions"],
  ] as const;
  return sums.filter(([sum, most]) => sum > most).map(([sum, most, what]) =>
    `together they have ${sum} ${what}, and one program may have ${most}`
  );
}

/** Why these programs cannot be one, in words; empty when they can. */
export function composeLimits(question: LimitQuestion): string[] {
  return [
    licenceLimit,
    fragsLimit,
    attachTypeLimit,
    moduleLimit,
    stackLimit,
    sizeLimits,
  ].flatMap((check) => check(question));
}
