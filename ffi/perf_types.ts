/**
 * Perf events that programs can be attached to, as plain data.
 *
 * @module
 */

/** What to open as a perf event. */
export type PerfEventSpec =
  | { readonly kind: "tracepoint"; readonly group: string; readonly name: string }
  | {
    readonly kind: "uprobe" | "uretprobe";
    /** Path of the binary. */
    readonly path: string;
    /** Offset in the file, in bytes. */
    readonly offset: bigint;
    /** Process, -1 for all. */
    readonly pid: number;
  }
  | {
    readonly kind: "kprobe" | "kretprobe";
    /** Kernel function. */
    readonly functionName: string;
    /** Offset from the function, in bytes. */
    readonly offset: bigint;
  }
  | {
    readonly kind: "cpu-clock";
    /** Samples in a second. */
    readonly frequency: number;
    /** Process, -1 for all. */
    readonly pid: number;
    /** Processor, -1 for all; one of the two is not -1. */
    readonly cpu: number;
  };
