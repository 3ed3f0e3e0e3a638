/**
 * Runs the main program of a composed chain without a kernel: just the instructions that it is made
 * of, read from RFC 9669 and not from the code that writes them. Functions behind it are stand-ins.
 *
 * @module
 */

const SIZE = 8;
/** Stand-ins for addresses. */
const CONTEXT = 1n << 40n;
const COUNTERS = 1n << 41n;
const STACK = 1n << 42n;
const MOST_STEPS = 10_000;

/** What a run did. */
export interface MiniRun {
  /** Low 32 bits of the result, signed. */
  readonly result: number;
  /** Functions behind the program that were called, by distance from its end. */
  readonly calls: readonly { readonly body: number; readonly isContext: boolean }[];
  /** Up to the last one that was written. */
  readonly counters: readonly bigint[];
  /** Descriptor of the map that was looked into. */
  readonly mapFd: number;
  /** The tail call that ended the run, null for none. */
  readonly tailCall: TailCall | null;
}

/** A tail call that was made. */
export interface TailCall {
  readonly mapFd: number;
  readonly index: number;
  readonly isContext: boolean;
}

function low(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

/** Runs one program once. */
export class Interpreter {
  readonly #code: DataView;
  readonly #returns: readonly number[];
  readonly #hasCounters: boolean;
  readonly #hasNext: boolean;
  readonly #registers: bigint[] = Array.from({ length: 11 }, () => 0xdead_beefn);
  readonly #counters: bigint[] = [];
  readonly #calls: { body: number; isContext: boolean }[] = [];
  #stackWord = -1;
  /** Map that was loaded last. */
  #loadedFd = -1;
  #mapFd = -1;
  #tailCall: TailCall | null = null;

  /**
   * @param code The instructions.
   * @param returns What the function at each distance behind them returns.
   * @param options Whether the look-up of the counters finds them, and a tail call its target.
   */
  constructor(
    code: Uint8Array,
    returns: readonly number[],
    options: { readonly hasCounters?: boolean; readonly hasNext?: boolean } = {},
  ) {
    this.#code = new DataView(code.buffer, code.byteOffset, code.length);
    this.#returns = returns;
    this.#hasCounters = options.hasCounters ?? true;
    this.#hasNext = options.hasNext ?? true;
    this.#registers[1] = CONTEXT;
    this.#registers[10] = STACK;
  }

  #get(register: number): bigint {
    return this.#registers[register] ?? 0n;
  }

  #counterAt(address: bigint): number {
    const offset = Number(address - COUNTERS);
    if (offset < 0 || offset % SIZE !== 0) throw new Error(`Cannot reach ${address}: no counter`);
    return offset / SIZE;
  }

  #callOn(): void {
    const isContext = this.#get(1) === CONTEXT;
    const index = Number(this.#get(3));
    if (this.#hasNext) this.#tailCall = { mapFd: this.#loadedFd, index, isContext };
    this.#clobber();
  }

  #helper(number: number): void {
    if (number === 12) return this.#callOn();
    if (number !== 1) throw new Error(`Cannot call helper ${number}: it is not known here`);
    this.#mapFd = this.#loadedFd;
    if (this.#get(2) !== STACK - 4n || this.#stackWord !== 0) throw new Error("The key is not 0");
    this.#clobber();
    this.#registers[0] = this.#hasCounters ? COUNTERS : 0n;
  }

  /** A call leaves nothing in the registers of its arguments. */
  #clobber(): void {
    for (let register = 1; register <= 5; register++) this.#registers[register] = 0xdeadn;
  }

  #function(body: number): void {
    this.#calls.push({ body, isContext: this.#get(1) === CONTEXT });
    const result = this.#returns[body];
    if (result === undefined) throw new Error(`Cannot call ${body}: there is no such function`);
    this.#clobber();
    // the upper half of an int result is not defined
    this.#registers[0] = BigInt.asUintN(32, BigInt(result)) | 0x1234n << 32n;
  }

  /** Carries out what is no jump and no call; false for an opcode that is not known. */
  #compute(opcode: number, dst: number, src: number, offset: number, imm: number): boolean {
    const set = (value: bigint) => this.#registers[dst] = value;
    const set32 = (value: number) => set(BigInt.asUintN(32, BigInt(value)));
    const [to, from] = [this.#get(dst), this.#get(src)];
    switch (opcode) {
      case 0xbf: // r = r
        return set(from), true;
      case 0xbc: // w = w
        return set32(low(from)), true;
      case 0xb4: // w = number
        return set32(imm), true;
      case 0x07: // r += number
        return set(BigInt.asUintN(64, to + BigInt(imm))), true;
      case 0x04: // w += number
        return set32(low(to) + imm), true;
      case 0x54: // w &= number
        return set32(low(to) & imm), true;
      case 0x6c: // w <<= w
        return set32(low(to) << (low(from) & 31)), true;
      case 0x79: // r = *(u64 *)(r + offset)
        return set(this.#counters[this.#counterAt(from + BigInt(offset))] ?? 0n), true;
      case 0x7b: // *(u64 *)(r + offset) = r
        return this.#counters[this.#counterAt(to + BigInt(offset))] = from, true;
      case 0x62: // *(u32 *)(r + offset) = number
        if (to + BigInt(offset) !== STACK - 4n) return false;
        return this.#stackWord = imm, true;
      default:
        return false;
    }
  }

  #jumps(opcode: number, dst: number, imm: number): boolean | null {
    const value = this.#get(dst);
    if (opcode === 0x15) return value === BigInt(imm);
    if (opcode === 0x16) return low(value) === imm;
    if (opcode === 0x56) return low(value) !== imm;
    if (opcode === 0x26) return BigInt.asUintN(32, value) > BigInt.asUintN(32, BigInt(imm));
    return null;
  }

  /** Does one instruction; the next one's number, null at the exit. */
  #step(at: number): number | null {
    const place = at * SIZE;
    const opcode = this.#code.getUint8(place);
    const registers = this.#code.getUint8(place + 1);
    const [dst, src] = [registers & 15, registers >> 4];
    const offset = this.#code.getInt16(place + 2, true);
    const imm = this.#code.getInt32(place + 4, true);
    if (opcode === 0x95) return null;
    if (opcode === 0x18 && src === 1) {
      this.#loadedFd = imm;
      return at + 2;
    }
    if (opcode === 0x85) {
      if (src === 0) this.#helper(imm);
      else this.#function(at + 1 + imm - this.#code.byteLength / SIZE);
      return this.#tailCall === null ? at + 1 : null;
    }
    const isTaken = this.#jumps(opcode, dst, imm);
    if (isTaken !== null) return isTaken ? at + 1 + offset : at + 1;
    if (this.#compute(opcode, dst, src, offset, imm)) return at + 1;
    throw new Error(`Cannot run opcode ${opcode} at ${at}: it is not known here`);
  }

  /** Runs to the exit. */
  run(): MiniRun {
    let at: number | null = 0;
    for (let steps = 0; at !== null; steps++) {
      if (steps > MOST_STEPS) throw new Error("Cannot run to the end: there is a loop");
      at = this.#step(at);
    }
    return {
      result: low(this.#get(0)),
      calls: this.#calls,
      counters: Array.from(this.#counters, (value) => value ?? 0n),
      mapFd: this.#mapFd,
      tailCall: this.#tailCall,
    };
  }
}
