/**
 * File descriptors with one owner.
 *
 * @module
 */
import type { OwnedFd } from "./kernel.ts";
import { check, syscall } from "./libc.ts";

/** Descriptors that are open now, with the place that opened them; tests ask for it. */
const open = new Map<number, string>();

/** A descriptor that is closed when its owner is disposed. */
export class Fd implements OwnedFd {
  #raw: number;

  /**
   * Takes ownership.
   *
   * @param call Call that made the descriptor, for messages.
   * @param result Its result: a descriptor, or a negative error number.
   * @param object What the call was about.
   * @throws {SyscallError} When the call had failed.
   */
  constructor(call: string, result: number, object?: string) {
    this.#raw = check(call, result, object);
    open.set(this.#raw, object === undefined ? call : `${call} ${object}`);
  }

  /** The descriptor's number. */
  get raw(): number {
    if (this.#raw < 0) throw new TypeError("Cannot use a file descriptor after it was closed");
    return this.#raw;
  }

  [Symbol.dispose](): void {
    if (this.#raw < 0) return;
    const raw = this.#raw;
    this.#raw = -1;
    open.delete(raw);
    syscall("close", BigInt(raw));
  }
}

/** What is open now, one line each; empty when nothing leaks. */
export function openDescriptors(): string[] {
  return [...open].map(([fd, origin]) => `${fd}: ${origin}`);
}
