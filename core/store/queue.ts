/**
 * The queue of those who wait for a lock: one file for each, numbered in the order of arrival and
 * locked while its owner lives. Whoever is first takes the lock. A file whose owner was killed is
 * not locked any more, and the next in line removes it.
 *
 * @module
 */
import { entriesIn, ifThere, removeIfThere } from "../files/if_there.ts";

/** How many numbers are tried before a process waits without one. */
const MOST_TRIES = 1000;

function numbersIn(directory: string): number[] {
  return entriesIn(directory).map(({ name }) => Number(name))
    .filter((number) => Number.isSafeInteger(number)).sort((a, b) => a - b);
}

/** Removes a file whose owner is dead; false while it lives. */
function removeDead(path: string): boolean {
  const file = ifThere(() => Deno.openSync(path, { read: true, write: true }));
  if (file === undefined) return true;
  using owned = file;
  if (!owned.tryLockSync(true)) return false;
  removeIfThere(path);
  return true;
}

/** How many wait in a queue; those who died at its head are removed first. */
export function queueLength(directory: string, before = Infinity): number {
  const numbers = numbersIn(directory).filter((number) => number < before);
  // only the head matters: whoever died behind it will be the head some time
  while (numbers[0] !== undefined && removeDead(`${directory}/${numbers[0]}`)) numbers.shift();
  return numbers.length;
}

/** A place in a queue, kept until it is disposed. */
export class Ticket implements Disposable {
  readonly #directory: string;
  readonly #number: number;
  readonly #file: Deno.FsFile;

  private constructor(directory: string, number: number, file: Deno.FsFile) {
    this.#directory = directory;
    this.#number = number;
    this.#file = file;
  }

  /**
   * Takes the last place.
   *
   * @param directory Folder of the queue; made when it does not exist.
   * @returns Null where no file can be made: whoever waits then has no place.
   */
  static take(directory: string): Ticket | null {
    try {
      Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const number = (numbersIn(directory).at(-1) ?? 0) + 1;
        const ticket = Ticket.#make(directory, number);
        if (ticket !== null) return ticket;
      }
    } catch {
      // a full or read-only file system: the lock itself will say so, or is free soon
    }
    return null;
  }

  /** Null when somebody else was faster, or took the new file for that of a dead process. */
  static #make(directory: string, number: number): Ticket | null {
    const path = `${directory}/${number}`;
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path, { createNew: true, read: true, write: true, mode: 0o600 });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return null;
      throw error;
    }
    if (file.tryLockSync(true)) return new Ticket(directory, number, file);
    file.close();
    return null;
  }

  /** How many come before; 0 for who is first. */
  ahead(): number {
    return queueLength(this.#directory, this.#number);
  }

  [Symbol.dispose](): void {
    removeIfThere(`${this.#directory}/${this.#number}`);
    this.#file.close();
  }
}
