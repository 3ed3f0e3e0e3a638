/**
 * The attach commands, as data: one for each kind of link.
 *
 * @module
 */
import type { AttachTarget } from "../../core/types.ts";
import type { CommandSpec, Example, OptionSpec, PositionalSpec } from "../command.ts";
import { LIST_OUTPUT, METADATA, NETNS, PROGRAM_ID } from "../options.ts";
import type * as AttachModule from "../run/attach.ts";
import {
  CGROUP,
  CGROUP_DIRECTION,
  CONTAINER_PID,
  DIRECTION,
  ENGINE,
  FREQUENCY,
  FUNCTION_NAME,
  INTERFACE,
  KERNEL_FUNCTION,
  MODE,
  NETKIT_END,
  OFFSET,
  PID,
  PRIORITY,
  PROCEED_ON,
  RAW_TRACEPOINT,
  TARGET,
  TRACEPOINT,
} from "./place.ts";
import { importLater } from "./run_later.ts";
import { POLICY } from "./trust_options.ts";

/** Options of every attach command. */
const COMMON: readonly OptionSpec[] = [METADATA, POLICY, LIST_OUTPUT];

/** What differs between the commands. */
interface AttachWords {
  readonly kind: AttachTarget["kind"];
  /** Second word for the kind, such as `kretprobe`. */
  readonly twin?: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly [Example, ...Example[]];
  readonly positionals?: readonly PositionalSpec[];
  readonly options?: readonly OptionSpec[];
}

function attach(words: AttachWords): CommandSpec {
  const { kind, twin, summary, description, examples, positionals = [], options = [] } = words;
  const spell = (word: string) => [
    `attach PROGRAM-ID ${word}`,
    `attach ${word}`,
    `link attach ${word}`,
  ];
  return {
    id: `attach-${kind.replaceAll("_", "-")}`,
    paths: [
      `attach PROGRAM-ID ${kind}`,
      ...spell(kind).slice(1),
      ...(twin === undefined ? [] : spell(twin)),
    ],
    group: "Links",
    summary,
    description,
    examples,
    positionals: [PROGRAM_ID, ...positionals],
    options: [...options, ...COMMON],
    permissions: "attach",
    load: async () => (await importLater<typeof AttachModule>("../run/attach.ts")).attachAs(kind),
  };
}

const NETWORK: readonly CommandSpec[] = [
  attach({
    kind: "xdp",
    summary: "Attach an XDP program to an interface",
    description:
      "Attaches a loaded program where packets come in from the driver, and prints the link. " +
      "Programs of one interface form a chain: lower priorities run first, and after each the " +
      "next one runs if the result is among those of --proceed-on.",
    examples: [
      {
        comment: "Attach program 63 to eth0",
        command: "bpfman attach 63 xdp --iface eth0 --priority 50",
      },
      {
        comment: "Run it first, and let the others see what it passes or drops",
        command: "bpfman attach 63 xdp --iface eth0 --priority 10 --proceed-on pass,drop",
      },
      {
        comment: "The same in a network namespace",
        command: "bpfman attach 63 xdp --iface eth0 --priority 50 --netns /run/netns/blue",
      },
    ],
    positionals: [INTERFACE],
    options: [PRIORITY, NETNS, MODE, PROCEED_ON, ENGINE],
  }),
  attach({
    kind: "tc",
    summary: "Attach a TC program to one side of an interface",
    description:
      "Attaches a loaded program by a filter on a clsact, and prints the link. Filters " +
      "of others stay as they are. Programs on one side of an interface form a chain, as for XDP.",
    examples: [
      {
        comment: "Attach program 64 to what eth0 sends",
        command: "bpfman attach 64 tc --iface eth0 --direction egress --priority 50",
      },
    ],
    positionals: [INTERFACE, DIRECTION],
    options: [PRIORITY, NETNS, PROCEED_ON, ENGINE],
  }),
  attach({
    kind: "tcx",
    summary: "Attach a TCX program to one side of an interface",
    description: "Attaches a loaded program to the traffic control hook of an interface " +
      "(Linux 6.6), and prints the link.",
    examples: [
      {
        comment: "Attach program 64 to what eth0 receives",
        command: "bpfman attach 64 tcx --iface eth0 --direction ingress --priority 50",
      },
    ],
    positionals: [INTERFACE, DIRECTION],
    options: [PRIORITY, NETNS],
  }),
  attach({
    kind: "netkit",
    summary: "Attach a program to one end of a netkit pair",
    description: "Attaches a loaded program to a netkit pair (Linux 6.7), by its primary " +
      "interface, and prints the link.",
    examples: [
      {
        comment: "Attach program 64 to what the peer of nk0 sends",
        command: "bpfman attach 64 netkit --iface nk0 --end peer --priority 50",
      },
    ],
    positionals: [INTERFACE],
    options: [PRIORITY, NETNS, NETKIT_END],
  }),
  attach({
    kind: "cgroup_skb",
    summary: "Attach a program to the packets of a cgroup",
    description: "Attaches a loaded program to the packets of the processes in a cgroup, and " +
      "prints the link.",
    examples: [
      {
        comment: "See what the processes of a service send",
        command: "bpfman attach 67 cgroup_skb --cgroup system.slice/nginx.service -d egress",
      },
    ],
    positionals: [CGROUP],
    options: [CGROUP_DIRECTION],
  }),
  attach({
    kind: "cgroup_sock_addr",
    summary: "Attach a program to calls on socket addresses in a cgroup",
    description: "Attaches a loaded program to the call that its section names, such as " +
      "connect4, made by the processes in a cgroup, and prints the link.",
    examples: [
      {
        comment: "See every connection that a service makes",
        command: "bpfman attach 68 cgroup_sock_addr --cgroup system.slice/nginx.service",
      },
    ],
    positionals: [CGROUP],
  }),
];

const TRACING: readonly CommandSpec[] = [
  attach({
    kind: "tracepoint",
    summary: "Attach a program to a tracepoint",
    description: "Attaches a loaded program to a tracepoint of the kernel, and prints the link.",
    examples: [
      {
        comment: "Count the switches between tasks",
        command: "bpfman attach 65 tracepoint --tracepoint sched/sched_switch",
      },
    ],
    positionals: [TRACEPOINT],
  }),
  attach({
    kind: "raw_tracepoint",
    summary: "Attach a program to a raw tracepoint",
    description: "Attaches a loaded program to a tracepoint whose arguments come as the kernel " +
      "has them, and prints the link.",
    examples: [
      {
        comment: "Count the switches between tasks",
        command: "bpfman attach 65 raw_tracepoint --tracepoint sched_switch",
      },
    ],
    positionals: [RAW_TRACEPOINT],
  }),
  attach({
    kind: "kprobe",
    twin: "kretprobe",
    summary: "Attach a kprobe or kretprobe program to a function of the kernel",
    description: "Attaches a loaded program to a function of the kernel, and prints the link. " +
      "The type that the program was loaded with decides whether the probe sits at the entry " +
      "(kprobe) or at the return (kretprobe).",
    examples: [
      {
        comment: "See every file that is removed",
        command: "bpfman attach 66 kprobe --fn-name vfs_unlink",
      },
    ],
    positionals: [KERNEL_FUNCTION],
    options: [OFFSET],
  }),
  attach({
    kind: "uprobe",
    twin: "uretprobe",
    summary: "Attach a uprobe or uretprobe program to a function of a user program",
    description: "Attaches a loaded program to a function in a program or library, and prints " +
      "the link. The type that the program was loaded with decides whether the probe sits at the " +
      "entry (uprobe) or at the return (uretprobe).",
    examples: [
      {
        comment: "See every call of malloc",
        command: "bpfman attach 66 uprobe --target libc --fn-name malloc",
      },
      {
        comment: "Only those of process 4711",
        command: "bpfman attach 66 uprobe --target libc --fn-name malloc --pid 4711",
      },
      {
        comment: "In the libc of the container in which process 4711 runs",
        command: "bpfman attach 66 uprobe --target libc --fn-name malloc --container-pid 4711",
      },
    ],
    positionals: [TARGET],
    options: [FUNCTION_NAME, OFFSET, PID, CONTAINER_PID],
  }),
  attach({
    kind: "fentry",
    summary: "Attach an fentry program",
    description: "Attaches a loaded program to the kernel function that it was loaded for, and " +
      "prints the link.",
    examples: [{ comment: "Switch program 69 on", command: "bpfman attach 69 fentry" }],
  }),
  attach({
    kind: "fexit",
    summary: "Attach an fexit program",
    description: "Attaches a loaded program to the return of the kernel function that it was " +
      "loaded for, and prints the link.",
    examples: [{ comment: "Switch program 70 on", command: "bpfman attach 70 fexit" }],
  }),
  attach({
    kind: "lsm",
    summary: "Attach an LSM program",
    description: "Attaches a loaded program to the security hook that it was loaded for, and " +
      "prints the link.",
    examples: [{ comment: "Switch program 71 on", command: "bpfman attach 71 lsm" }],
  }),
  attach({
    kind: "perf_event",
    summary: "Attach a program to samples of the processor clock",
    description: "Attaches a loaded program that runs at a fixed rate on each processor, and " +
      "prints the link.",
    examples: [
      {
        comment: "Look at what process 4711 does, 99 times a second",
        command: "bpfman attach 72 perf_event --frequency 99 --pid 4711",
      },
    ],
    options: [FREQUENCY, PID],
  }),
];

/** Commands that make links. */
export const ATTACH_COMMANDS: readonly CommandSpec[] = [...NETWORK, ...TRACING];
