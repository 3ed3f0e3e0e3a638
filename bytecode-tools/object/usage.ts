/**
 * What programs use: helpers, kernel functions, subprograms, through all calls.
 *
 * @module
 */
import { SymbolType } from "../elf/elf.ts";
import type { GatedObject } from "./gate.ts";
import { helperName, isGplOnlyHelper } from "../insn/helpers.ts";
import { CallKind, field, LoadKind, Opcode, SLOT_SIZE, slotsAt } from "../insn/insn.ts";
import type { CodeFunction, SectionCode } from "../insn/check.ts";
import { type SectionMeaning, sectionMeaning } from "../elf/sections.ts";

/** A program and what it uses, its subprograms included. */
export interface ProgramUsage {
  /** C function name. */
  readonly name: string;
  /** ELF section. */
  readonly section: string;
  /** Undefined when the section name tells nothing. */
  readonly meaning: SectionMeaning | undefined;
  /** Instruction slots of the program itself and of what it calls. */
  readonly instructions: number;
  /** Helper numbers, ascending. */
  readonly helpers: readonly number[];
  /** Names of the helpers, such as `bpf_map_lookup_elem`, in the same order. */
  readonly helperNames: readonly string[];
  /** Those among the helpers that need a GPL-compatible licence. */
  readonly gplOnly: readonly string[];
  /** Kernel functions, sorted. */
  readonly kfuncs: readonly string[];
  /** Other functions of the object, sorted. */
  readonly subprograms: readonly string[];
}

interface FunctionPlace {
  readonly part: SectionCode;
  readonly entry: CodeFunction;
}

/** What one function calls itself. */
interface Calls {
  readonly helpers: Set<number>;
  readonly kfuncs: Set<string>;
  readonly functions: Set<FunctionPlace>;
}

/** All functions of an object by section number and slot. */
class FunctionMap {
  readonly #places = new Map<string, FunctionPlace>();

  constructor(object: GatedObject) {
    for (const part of object.code) {
      for (const entry of part.functions) {
        this.#places.set(`${part.section.index} ${entry.start}`, { part, entry });
      }
    }
  }

  at(section: number, slot: number): FunctionPlace | undefined {
    return this.#places.get(`${section} ${slot}`);
  }
}

function addTarget(
  context: { readonly object: GatedObject; readonly functions: FunctionMap },
  place: FunctionPlace,
  at: number,
  calls: Calls,
): void {
  const { part } = place;
  const relocation = part.relocations.get(at);
  // a call's distance begins behind it; a loaded address is the offset itself
  const isCall = part.code.opcode[at] === Opcode.CALL;
  const distance = isCall ? field(part.code.imm, at) + 1 : field(part.code.imm, at) / SLOT_SIZE;
  if (relocation === undefined) {
    const target = context.functions.at(part.section.index, at + distance);
    if (target !== undefined && isCall) calls.functions.add(target);
    return;
  }
  const symbol = context.object.symbols[relocation.symbol];
  if (symbol === undefined) return;
  if (symbol.section === 0) {
    if (isCall) calls.kfuncs.add(symbol.name);
    return;
  }
  const base = Number(symbol.value) / SLOT_SIZE;
  const slot = symbol.type === SymbolType.SECTION ? base + distance : base;
  const target = context.functions.at(symbol.section, slot);
  if (target !== undefined) calls.functions.add(target);
}

function callsOf(
  context: { readonly object: GatedObject; readonly functions: FunctionMap },
  place: FunctionPlace,
): Calls {
  const calls: Calls = { helpers: new Set(), kfuncs: new Set(), functions: new Set() };
  const { code } = place.part;
  for (let at = place.entry.start; at < place.entry.end; at += slotsAt(code, at)) {
    const isCall = code.opcode[at] === Opcode.CALL;
    if (isCall && code.src[at] === CallKind.HELPER && !place.part.relocations.has(at)) {
      calls.helpers.add(field(code.imm, at));
    } else if (isCall) addTarget(context, place, at, calls);
    else if (
      code.opcode[at] === Opcode.LD_IMM64 && isFunctionLoad(context.object, place.part, at)
    ) {
      addTarget(context, place, at, calls);
    }
  }
  return calls;
}

/** True for loads of a function's address, as callbacks are given. */
function isFunctionLoad(object: GatedObject, part: SectionCode, at: number): boolean {
  if (part.code.src[at] === LoadKind.FUNC) return true;
  const relocation = part.relocations.get(at);
  const symbol = relocation && object.symbols[relocation.symbol];
  const target = symbol && object.code.find(({ section }) => section.index === symbol.section);
  return target !== undefined;
}

/**
 * What each program of an object uses.
 *
 * @param object An object that has passed the gate.
 * @returns Programs in the order of the file.
 */
export function programUsage(object: GatedObject): ProgramUsage[] {
  const functions = new FunctionMap(object);
  const cache = new Map<FunctionPlace, Calls>();
  function callsAt(place: FunctionPlace): Calls {
    const calls = cache.get(place) ?? callsOf({ object, functions }, place);
    cache.set(place, calls);
    return calls;
  }
  return object.code
    .filter(({ section }) => section.name !== ".text")
    .flatMap((part) =>
      part.functions.map(({ start }) => functions.at(part.section.index, start))
        .filter((place) => place !== undefined)
        .filter((place, n, all) => all.indexOf(place) === n)
        .map((place) => usageOf(place, callsAt))
    );
}

function usageOf(root: FunctionPlace, callsAt: (place: FunctionPlace) => Calls): ProgramUsage {
  const reached = new Set([root]);
  const helpers = new Set<number>();
  const kfuncs = new Set<string>();
  // a Set is walked in order of insertion, also over what is added on the way
  for (const place of reached) {
    const calls = callsAt(place);
    for (const helper of calls.helpers) helpers.add(helper);
    for (const kfunc of calls.kfuncs) kfuncs.add(kfunc);
    for (const target of calls.functions) reached.add(target);
  }
  const numbers = [...helpers].sort((a, b) => a - b);
  const { part: { section }, entry } = root;
  return {
    name: entry.name,
    section: section.name,
    meaning: sectionMeaning(section.name),
    instructions: [...reached].reduce((sum, place) => sum + place.entry.end - place.entry.start, 0),
    helpers: numbers,
    helperNames: numbers.map((id) => helperName(id) ?? `#${id}`),
    gplOnly: numbers.filter(isGplOnlyHelper).map((id) => helperName(id) ?? `#${id}`),
    kfuncs: [...kfuncs].sort(),
    subprograms: [...reached].filter((place) => place !== root).map((place) => place.entry.name)
      .sort(),
  };
}
