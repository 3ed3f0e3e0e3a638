/**
 * Calls into one instance of the module.
 *
 * @module
 */
import type { WasmFunction } from "./exports.ts";

/** The result of an earlier call of the same batch, by its place. */
export interface Earlier {
  readonly earlier: number;
}

/** A call into the module. */
export interface Call {
  readonly name: WasmFunction;
  /** Bytes are lent to the module for the time of the call, with a zero behind them. */
  readonly args: readonly (number | Uint8Array | Earlier)[];
  /** What the result must be for the batch to go on: an address, or no error number. */
  readonly expect?: "address" | "status";
}

/** What came out of a call. */
export interface Reply {
  /** The result, as an unsigned number for addresses. */
  readonly value: number;
  /** The answer, which is empty for calls that give none. */
  readonly answer: Uint8Array;
  /** What libbpf said. */
  readonly log: string;
}

/** What a call may cost at most. */
export interface Limits {
  /** The largest answer that is taken, in bytes. */
  readonly answer: number;
  /** Turns of loops and calls of functions inside the module, less than 2^31. */
  readonly steps: number;
}

/** Runs a batch up to its end or the first call that fails. */
export type Runner = (calls: readonly Call[]) => Reply[];

/** The functions of an instance, and its memory. */
export interface Port {
  /** Calls a function. */
  invoke(name: string, args: readonly number[]): number;
  /** Copies bytes into the memory, with a zero behind them; returns where. */
  lend(bytes: Uint8Array): number;
  /** Copies an answer out of the memory: `out` or `log`. */
  take(name: "log" | "out"): Uint8Array;
}

/**
 * Makes an instance.
 *
 * The source text of this function also runs in workers, so it uses nothing outside itself.
 *
 * @throws {WebAssembly.RuntimeError} From the functions, when the module traps.
 * @throws {RangeError} From the functions, when an answer is too large or memory has run out.
 * @throws {DOMException} From the functions, a `TimeoutError` when a call takes too many steps.
 */
export function openPort(module: WebAssembly.Module, limits: Limits): Port {
  const exports = new WebAssembly.Instance(module, {}).exports;
  const memory = exports.memory as WebAssembly.Memory;
  const fuel = exports.fuel as WebAssembly.Global;
  // the buffer is another one after the memory has grown
  const view = (at: number, size: number): Uint8Array => new Uint8Array(memory.buffer, at, size);
  const invoke = (name: string, args: readonly number[]): number => {
    fuel.value = limits.steps;
    try {
      return Number((exports[name] as (...args: number[]) => number)(...args) ?? 0);
    } catch (error) {
      if (fuel.value !== 0) throw error;
      throw new DOMException(`More than ${limits.steps} steps`, "TimeoutError");
    }
  };
  const lend = (bytes: Uint8Array): number => {
    const at = invoke("mem_alloc", [bytes.length + 1]) >>> 0;
    if (at === 0) throw new RangeError("No memory for the input");
    view(at, bytes.length).set(bytes);
    view(at + bytes.length, 1).fill(0);
    return at;
  };
  const take = (name: "log" | "out"): Uint8Array => {
    const size = invoke(`${name}_len`, []) >>> 0;
    if (size > limits.answer) throw new RangeError(`An answer of ${size} bytes`);
    return view(invoke(`${name}_ptr`, []) >>> 0, size).slice();
  };
  invoke("_initialize", []);
  return { invoke, lend, take };
}

/**
 * Returns a function that runs batches on an instance.
 *
 * The source text of this function also runs in workers, so it uses nothing outside itself.
 */
export function createRunner(port: Port): Runner {
  const decoder = new TextDecoder();
  return (calls) => {
    const replies: Reply[] = [];
    for (const { name, args, expect } of calls) {
      const lent: number[] = [];
      const numbers = args.map((argument) => {
        if (typeof argument === "number") return argument;
        if (!(argument instanceof Uint8Array)) return replies[argument.earlier]?.value ?? 0;
        const at = port.lend(argument);
        lent.push(at);
        return at;
      });
      const result = port.invoke(name, numbers);
      for (const at of lent) port.invoke("mem_free", [at]);
      const value = expect === "address" ? result >>> 0 : result;
      const log = decoder.decode(port.take("log"));
      replies.push({ value, answer: port.take("out"), log });
      if ((expect === "address" && value === 0) || (expect === "status" && value < 0)) break;
    }
    return replies;
  };
}
