/**
 * Capabilities in effect for the length of a call, and for how long each was.
 *
 * @module
 */
import {
  type CapabilityName,
  type CapabilitySets,
  maskOf,
  namesOf,
  readSets,
  writeSets,
} from "./capabilities.ts";

/** How long a capability was in effect. */
export interface CapabilityTime {
  readonly capability: CapabilityName;
  readonly heldMs: number;
  /** How often it was raised. */
  readonly times: number;
}

/** What a meter is made on; the thread that it is made on, when left out. */
export interface CapabilityMeterOptions {
  readonly read?: () => CapabilitySets;
  readonly write?: (sets: CapabilitySets) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

interface Tally {
  heldMs: number;
  times: number;
}

/**
 * The effective set of this thread. It is empty from the moment at which the meter is made, except
 * while the work of `hold` runs.
 */
export class CapabilityMeter {
  readonly #write: (sets: CapabilitySets) => void;
  readonly #now: () => number;
  readonly #permitted: bigint;
  readonly #inheritable: bigint;
  readonly #tallies = new Map<CapabilityName, Tally>();
  #raised = 0n;

  constructor({ read = readSets, write = writeSets, now }: CapabilityMeterOptions = {}) {
    this.#write = write;
    this.#now = now ?? (() => performance.now());
    const { permitted, effective, inheritable } = read();
    this.#permitted = permitted;
    this.#inheritable = inheritable;
    if (effective !== 0n) this.#set(0n);
  }

  /** What can be raised. */
  get permitted(): ReadonlySet<CapabilityName> {
    return namesOf(this.#permitted);
  }

  /**
   * Runs work with capabilities in effect. Those that are not permitted are left out: the kernel
   * says what is missing better than we could. A window inside of a window adds to it.
   *
   * @param capabilities What the work needs.
   * @param work Synchronous work.
   * @throws {TypeError} When the work returns a promise: it would go on without its capabilities.
   */
  hold<T>(capabilities: readonly CapabilityName[], work: () => T): T {
    const before = this.#raised;
    const added = maskOf(capabilities) & this.#permitted & ~before;
    if (added === 0n) return mustBeDone(work());
    const names = namesOf(added);
    this.#set(before | added);
    const start = this.#now();
    try {
      return mustBeDone(work());
    } finally {
      const heldMs = this.#now() - start;
      this.#set(before);
      for (const name of names) this.#add(name, heldMs);
    }
  }

  /** How long each capability was in effect, in the order in which they were first raised. */
  report(): CapabilityTime[] {
    return [...this.#tallies].map(([capability, tally]) => ({ capability, ...tally }));
  }

  #set(effective: bigint): void {
    this.#write({ effective, permitted: this.#permitted, inheritable: this.#inheritable });
    this.#raised = effective;
  }

  #add(name: CapabilityName, heldMs: number): void {
    const tally = this.#tallies.get(name) ?? { heldMs: 0, times: 0 };
    tally.heldMs += heldMs;
    tally.times++;
    this.#tallies.set(name, tally);
  }
}

function mustBeDone<T>(result: T): T {
  if (!(result instanceof Promise)) return result;
  throw new TypeError("Cannot hold capabilities for a promise: the work must be synchronous");
}
