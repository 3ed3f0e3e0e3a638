/**
 * Where to attach, by kind.
 *
 * @module
 */
import type { EngineChoice } from "../chain/model.ts";
import type { Direction, NetkitEnd, XdpMode } from "./words.ts";

/** An XDP hook. */
export interface XdpTarget {
  /** Tells this target from others. */
  readonly kind: "xdp";
  /** Name of the interface. */
  readonly interface: string;
  /** Lower runs first; a whole number from 0 on. */
  readonly priority: number;
  /** Path of a network namespace. @default the manager's own */
  readonly netns?: string;
  /** Forces a mode. @default native where the interface can, else generic */
  readonly mode?: XdpMode;
  /** Results after which the next program runs, such as `pass`. @default pass, dispatcher_return */
  readonly proceedOn?: readonly string[];
  /** Engine for the whole hook. @default what the hook has, else the manager's */
  readonly engine?: EngineChoice;
}

/** A TC hook: clsact with a `cls_bpf` filter. */
export interface TcTarget {
  /** Tells this target from others. */
  readonly kind: "tc";
  /** Name of the interface. */
  readonly interface: string;
  /** Side of the interface. */
  readonly direction: Direction;
  /** Lower runs first; a whole number from 0 on. */
  readonly priority: number;
  /** Path of a network namespace. @default the manager's own */
  readonly netns?: string;
  /** Results after which the next program runs, such as `ok`. @default pipe, dispatcher_return */
  readonly proceedOn?: readonly string[];
  /** Engine for the whole hook. @default what the hook has, else the manager's */
  readonly engine?: EngineChoice;
}

/** A TCX hook (Linux 6.6). */
export interface TcxTarget {
  /** Tells this target from others. */
  readonly kind: "tcx";
  /** Name of the interface. */
  readonly interface: string;
  /** Side of the interface. */
  readonly direction: Direction;
  /** Lower runs first; a whole number from 0 on. */
  readonly priority: number;
  /** Path of a network namespace. @default the manager's own */
  readonly netns?: string;
}

/** A netkit pair (Linux 6.7). */
export interface NetkitTarget {
  /** Tells this target from others. */
  readonly kind: "netkit";
  /** Name of the primary interface of the pair. */
  readonly interface: string;
  /** End of the pair. @default "primary" */
  readonly end?: NetkitEnd;
  /** Lower runs first; a whole number from 0 on. */
  readonly priority: number;
  /** Path of a network namespace. @default the manager's own */
  readonly netns?: string;
}

/** A tracepoint. */
export interface TracepointTarget {
  /** Tells this target from others. */
  readonly kind: "tracepoint";
  /** Such as `syscalls`. */
  readonly group: string;
  /** Such as `sys_enter_openat`. */
  readonly name: string;
}

/** A raw tracepoint. */
export interface RawTracepointTarget {
  /** Tells this target from others. */
  readonly kind: "raw_tracepoint";
  /** Such as `sched_switch`. */
  readonly name: string;
}

/** A kernel function, entered or left: the program's type decides. */
export interface KprobeTarget {
  /** Tells this target from others. */
  readonly kind: "kprobe";
  /** Kernel function. */
  readonly functionName: string;
  /** Bytes from the function. @default 0 */
  readonly offset?: number;
}

/** The kernel function that an fentry or fexit program was loaded for. */
export interface TracingTarget {
  /** Tells this target from others. */
  readonly kind: "fentry" | "fexit";
}

/** The hook that an LSM program was loaded for. */
export interface LsmTarget {
  /** Tells this target from others. */
  readonly kind: "lsm";
}

/** A cgroup, for packets or for calls on addresses of sockets. */
export interface CgroupTarget {
  /** Tells this target from others. */
  readonly kind: "cgroup_skb" | "cgroup_sock_addr";
  /** Path of the cgroup; without a slash at its start it is below the mount of cgroup version 2. */
  readonly path: string;
  /** Side, for cgroup_skb. @default "ingress" */
  readonly direction?: Direction;
}

/** The processor clock. */
export interface PerfEventTarget {
  /** Tells this target from others. */
  readonly kind: "perf_event";
  /** Samples in a second, on each processor. */
  readonly frequency: number;
  /** Process to watch. @default every process */
  readonly pid?: number;
}

/** A function of a program or library, entered or left: the program's type decides. */
export interface UprobeTarget {
  /** Tells this target from others. */
  readonly kind: "uprobe";
  /** Absolute path, or a library's name such as `libc`. */
  readonly target: string;
  /** Function; required without an offset. */
  readonly functionName?: string;
  /** Bytes from the function, or in the file without one. @default 0 */
  readonly offset?: number;
  /** Process to watch. @default every process */
  readonly pid?: number;
  /** Process in whose mount namespace the target is. @default our own */
  readonly containerPid?: number;
}

/** Where to attach, by kind. */
export type AttachTarget =
  | XdpTarget
  | TcTarget
  | TcxTarget
  | NetkitTarget
  | TracepointTarget
  | RawTracepointTarget
  | KprobeTarget
  | UprobeTarget
  | TracingTarget
  | LsmTarget
  | CgroupTarget
  | PerfEventTarget;
