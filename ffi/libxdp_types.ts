/**
 * What libxdp says of its dispatchers, and what it is asked, as plain data.
 *
 * @module
 */
import type { ObjectLoadOptions } from "./kernel.ts";

/** How packets reach XDP programs. */
export type LibxdpMode = "native" | "generic";

/** A program in a dispatcher of libxdp, whoever put it there. */
export interface LibxdpProgram {
  /** Kernel id of the program. */
  readonly id: number;
  /** Name of its function. */
  readonly name: string;
  /** Lower runs first. */
  readonly priority: number;
  /** Results after which the next program runs (enum xdp_action), ascending. */
  readonly chainActions: readonly number[];
}

/** A dispatcher of libxdp on an interface. */
export interface LibxdpDispatcher {
  readonly mode: LibxdpMode;
  /** Kernel id of the dispatcher itself; another one after every change. */
  readonly mainProgramId: number;
  /** In the order in which they run. */
  readonly programs: readonly LibxdpProgram[];
}

/** A program that is to join. */
export interface LibxdpJoin {
  readonly ifindex: number;
  readonly mode: LibxdpMode;
  /** The object; its type and target are libxdp's business. */
  readonly object: Omit<ObjectLoadOptions, "attachTarget" | "targetProgramFd">;
  readonly priority: number;
  readonly chainActions: readonly number[];
}

/** Dispatchers of libxdp in this thread's network namespace. Opens libxdp. */
export interface LibxdpCommands {
  /** What runs on an interface, null when no dispatcher of libxdp does. Throws LibraryError. */
  dispatcher(ifindex: number): LibxdpDispatcher | null;
  /**
   * Loads a program into the dispatcher of an interface, which is made if there is none.
   *
   * @returns Kernel id of the program.
   */
  join(request: LibxdpJoin): number;
  /** Takes a program out, by its kernel id; false when it is not there. */
  leave(ifindex: number, programId: number, mode: LibxdpMode): boolean;
}
