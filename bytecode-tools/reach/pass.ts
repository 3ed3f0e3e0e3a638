/**
 * The walk behind `reachPoison`: paths, branches, calls.
 *
 * @module
 */
import { CallKind, field, InsnClass, jumpTarget, LoadKind, Opcode, slotsAt } from "../insn/insn.ts";
import type { PoisonKind, ReachedPoison, ReachOptions, ReachResult } from "./reach.ts";
import { decideBranch, learnFromBranch } from "./branch.ts";
import { callOut } from "./calls.ts";
import { arithmetic } from "./effects.ts";
import { load, load64, store } from "./memory.ts";
import type { Surroundings } from "./surroundings.ts";
import { liveRegisters } from "./live.ts";
import { Known, type Registers, State, widen } from "./state.ts";

const DEFAULT_STEPS = 1_000_000;
const DEFAULT_STATES = 100_000;
/** Different states at one branch after which differences are given up. */
const WIDEN_AFTER = 512;
/** Deepest calls; the verifier's limit is 8. */
const MAX_FRAMES = 8;

/** Helper number that libbpf writes over what CO-RE cannot resolve. */
const CORE_POISON = 0xbad2310;
/** First helper numbers that libbpf writes over missing maps and kernel functions. */
const MAP_POISON = 2_001_000_000;
const KFUNC_POISON = 2_002_000_000;
const POISON_END = 2_003_000_000;

function poisonKind(helper: number): PoisonKind | undefined {
  if (helper === CORE_POISON) return "core";
  if (helper >= MAP_POISON && helper < KFUNC_POISON) return "map";
  return helper >= KFUNC_POISON && helper < POISON_END ? "kfunc" : undefined;
}

/** One run over one program. */
export class ReachPass {
  readonly #around: Surroundings;
  readonly #live: Uint16Array;
  readonly #globals: ReadonlySet<number>;
  readonly #maxSteps: number;
  readonly #maxStates: number;
  readonly #work: State[] = [];
  readonly #entered = new Set<number>();
  readonly #seen = new Set<number>();
  readonly #visits: Uint32Array;
  readonly #first = new Map<number, State>();
  readonly #reached = new Map<number, ReachedPoison>();
  readonly #helpers = new Map<number, number>();
  #steps = 0;
  #isComplete = true;

  constructor(around: Surroundings, globals: readonly number[], options: ReachOptions) {
    this.#around = around;
    this.#live = liveRegisters(around.code);
    this.#visits = new Uint32Array(around.code.count);
    this.#maxSteps = options.maxSteps ?? DEFAULT_STEPS;
    this.#maxStates = options.maxStates ?? DEFAULT_STATES;
    this.#globals = new Set(globals);
    this.#enter(0);
    if (around.rules.checksAllFunctions) { for (const at of this.#globals) this.#enter(at); }
  }

  /** Runs to the end, or to a bound. */
  run(): ReachResult {
    for (let state = this.#work.pop(); state !== undefined; state = this.#work.pop()) {
      this.#follow(state);
      if (this.#steps < this.#maxSteps) continue;
      this.#isComplete = false;
      break;
    }
    const { opcode, src, imm, count } = this.#around.code;
    let poisoned = 0;
    for (let at = 0; at < count; at++) {
      const isCall = opcode[at] === Opcode.CALL && src[at] === CallKind.HELPER;
      if (isCall && poisonKind(field(imm, at)) !== undefined) poisoned++;
    }
    const reached = [...this.#reached.values()].sort((a, b) => a.instruction - b.instruction);
    const helpers = this.#helpers;
    return { reached, poisoned, helpers, isComplete: this.#isComplete, steps: this.#steps };
  }

  /** Has a function judged by itself, once. */
  #enter(at: number): void {
    if (this.#entered.has(at)) return;
    this.#entered.add(at);
    this.#work.push(State.entry(at));
  }

  /** Follows a path until it ends or meets a state that is known. */
  #follow(state: State): void {
    const { code } = this.#around;
    while (state.pc >= 0 && state.pc < code.count) {
      if (++this.#steps >= this.#maxSteps) return;
      if (!this.#step(state)) return;
    }
  }

  /** One instruction; false when the path ends. */
  #step(state: State): boolean {
    const { code } = this.#around;
    const at = state.pc;
    const opcode = field(code.opcode, at);
    switch (opcode & 7) {
      case InsnClass.ALU:
      case InsnClass.ALU64:
        arithmetic(state, this.#around, at);
        break;
      case InsnClass.LD:
        this.#load64(state, at, opcode);
        break;
      case InsnClass.LDX:
        load(state, this.#around, at);
        break;
      case InsnClass.ST:
      case InsnClass.STX:
        store(state, this.#around, at);
        break;
      default:
        return this.#jump(state, at, opcode);
    }
    state.pc = at + slotsAt(code, at);
    return true;
  }

  #load64(state: State, at: number, opcode: number): void {
    const { code } = this.#around;
    if (opcode !== Opcode.LD_IMM64) return callOut(state, this.#around, undefined);
    load64(state, this.#around, at);
    // a function whose address is taken is called back with arguments that nobody knows
    if (code.src[at] === LoadKind.FUNC) this.#enter(at + 1 + field(code.imm, at));
  }

  #jump(state: State, at: number, opcode: number): boolean {
    const { code } = this.#around;
    switch (opcode) {
      case Opcode.JA:
      case Opcode.JA32:
        state.pc = jumpTarget(code, at);
        return true;
      case Opcode.EXIT:
        return leave(state);
      case Opcode.CALL:
        return this.#call(state, at);
      case Opcode.JCOND:
        return this.#branch(state, at, undefined);
      case Opcode.CALLX:
      case Opcode.JAX:
        // where these lead is decided at run time
        this.#isComplete = false;
        return false;
    }
    return this.#branch(state, at, decideBranch(state, this.#around, at));
  }

  #call(state: State, at: number): boolean {
    const { code } = this.#around;
    const imm = field(code.imm, at);
    const kind = field(code.src, at);
    state.pc = at + 1;
    if (kind === CallKind.LOCAL) return this.#callLocal(state, at + 1 + imm);
    const poison = kind === CallKind.HELPER ? poisonKind(imm) : undefined;
    if (poison !== undefined) {
      const isExact = state.isExact || (this.#reached.get(at)?.isExact ?? false);
      this.#reached.set(at, { instruction: at, kind: poison, isExact });
      return false;
    }
    if (kind === CallKind.HELPER && !this.#helpers.has(imm)) this.#helpers.set(imm, at);
    callOut(state, this.#around, kind === CallKind.HELPER ? imm : undefined);
    return true;
  }

  #callLocal(state: State, target: number): boolean {
    if (this.#globals.has(target)) {
      // the verifier judges it once for all callers
      this.#enter(target);
      callOut(state, this.#around, undefined);
      return true;
    }
    if (state.frames.length >= MAX_FRAMES) return false;
    state.frames.push({ returnTo: state.pc, saved: state.registers.copy(), stack: new Map() });
    for (let n = 6; n <= 9; n++) state.registers.forget(n);
    state.registers.forget(0);
    state.registers.set(10, Known.STACK, 0, state.top);
    state.pc = target;
    return true;
  }

  #branch(state: State, at: number, decision: boolean | undefined): boolean {
    const { code } = this.#around;
    const target = jumpTarget(code, at);
    if (decision !== undefined) {
      state.pc = decision ? target : at + 1;
      return true;
    }
    if (!this.#isNew(state)) return false;
    const other = state.copy();
    other.pc = target;
    state.pc = at + 1;
    learnFromBranch(other, code, { at, isTaken: true });
    learnFromBranch(state, code, { at, isTaken: false });
    this.#work.push(other);
    return true;
  }

  /** True for a state that was not met before; too many at one branch are made alike. */
  #isNew(state: State): boolean {
    const visits = field(this.#visits, state.pc) + 1;
    this.#visits[state.pc] = visits;
    const first = this.#first.get(state.pc);
    if (first === undefined) this.#first.set(state.pc, state.copy());
    else if (visits > WIDEN_AFTER) widen(state, first);
    const hash = state.hash(field(this.#live, state.pc));
    if (this.#seen.has(hash)) return false;
    if (this.#seen.size + this.#work.length >= this.#maxStates) {
      this.#isComplete = false;
      return false;
    }
    this.#seen.add(hash);
    return true;
  }
}

/** Returns to the caller; false at the end of the program. */
function leave(state: State): boolean {
  const frame = state.frames.pop();
  const { registers } = state;
  if (frame?.saved === undefined) return false;
  // addresses in the stack that is gone mean nothing any more
  const isGone = registers.known[0] !== Known.NUMBER && registers.known[0] !== Known.SHORT;
  if (isGone) registers.forget(0);
  for (let n = 1; n <= 5; n++) registers.forget(n);
  restore(registers, frame.saved);
  state.pc = frame.returnTo;
  return true;
}

function restore(registers: Registers, saved: Registers): void {
  for (let n = 6; n <= 10; n++) {
    registers.set(n, field(saved.known, n), field(saved.lo, n), field(saved.hi, n));
  }
}
