/**
 * The attach commands, as data: one for each kind of link.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { METADATA, NETNS, OUTPUT, PROGRAM_ID } from "../options.ts";

/** Interface to attach to. */
export const INTERFACE: PositionalSpec<"text"> = {
  name: "IFACE",
  type: "text",
  summary: "Network interface",
  option: {
    name: "iface",
    short: "i",
    type: "text",
    placeholder: "IFACE",
    summary: "The network interface, in place of the argument",
  },
};

/** Side of the interface. */
export const DIRECTION: PositionalSpec<"direction"> = {
  name: "DIRECTION",
  type: "direction",
  summary: "Side of the interface: ingress or egress",
  option: {
    name: "direction",
    short: "d",
    type: "direction",
    placeholder: "DIRECTION",
    summary: "The side, in place of the argument",
  },
};

/** Order in the chain of a hook. */
export const PRIORITY: OptionSpec<"priority"> = {
  name: "priority",
  short: "p",
  type: "priority",
  placeholder: "N",
  summary: "Place among the programs of the hook, 0 or more; lower runs first",
  isRequired: true,
};

/** Tracepoint to attach to. */
export const TRACEPOINT: PositionalSpec<"tracepoint"> = {
  name: "GROUP/NAME",
  type: "tracepoint",
  summary: "Tracepoint, such as sched/sched_switch",
  option: {
    name: "tracepoint",
    short: "t",
    type: "tracepoint",
    placeholder: "GROUP/NAME",
    summary: "The tracepoint, in place of the argument",
  },
};

/** Binary to probe. */
export const TARGET: PositionalSpec<"text"> = {
  name: "TARGET",
  type: "text",
  summary: "Program or library: a path, or a library's name such as libc",
  option: {
    name: "target",
    short: "t",
    type: "text",
    placeholder: "TARGET",
    summary: "The program or library, in place of the argument",
  },
};

/** Function to probe. */
export const FUNCTION_NAME: OptionSpec<"text"> = {
  name: "fn-name",
  short: "f",
  type: "text",
  placeholder: "FUNCTION",
  summary: "Function to probe",
};

/** Offset of a probe. `-o` belongs to --output, so it is the offset only before a number. */
export const OFFSET: OptionSpec<"offset"> = {
  name: "offset",
  type: "offset",
  placeholder: "BYTES",
  summary: "Bytes from the function, or in the file without one; -o before a number is the same",
  defaultText: "0",
  sharedShort: { letter: "o", pattern: /^[0-9]/ },
};

/** Process to probe. */
export const PID: OptionSpec<"pid"> = {
  name: "pid",
  short: "p",
  type: "pid",
  placeholder: "PID",
  summary: "Only this process",
  defaultText: "0, every process",
};

/** What the next program of the hook depends on; for a later version. */
export const PROCEED_ON: OptionSpec<"proceedOn"> = {
  name: "proceed-on",
  type: "proceedOn",
  placeholder: "ACTION",
  summary: "Results after which the next program of the hook runs (not in this version)",
  repeat: true,
  isCommaList: true,
};

/** Process whose files are meant; for a later version. */
export const CONTAINER_PID: OptionSpec<"pid"> = {
  name: "container-pid",
  short: "c",
  type: "pid",
  placeholder: "PID",
  summary: "Process whose container holds the target (not in this version)",
};

/** Options of every attach command. */
const COMMON: readonly OptionSpec[] = [METADATA, OUTPUT];

const ATTACH_XDP: CommandSpec = {
  id: "attach-xdp",
  paths: ["attach PROGRAM-ID xdp", "attach xdp", "link attach xdp"],
  group: "Links",
  summary: "Attach an XDP program to an interface",
  description:
    "Attaches a loaded program where packets come in from the driver, and prints the link.",
  examples: [
    {
      comment: "Attach program 63 to eth0",
      command: "bpfman attach 63 xdp --iface eth0 --priority 50",
    },
    {
      comment: "The same in a network namespace",
      command: "bpfman attach 63 xdp --iface eth0 --priority 50 --netns /run/netns/blue",
    },
  ],
  positionals: [PROGRAM_ID, INTERFACE],
  options: [PRIORITY, NETNS, PROCEED_ON, ...COMMON],
  permissions: "attach",
  load: () => import("../run/attach_interface.ts"),
};

const ATTACH_TCX: CommandSpec = {
  id: "attach-tcx",
  paths: ["attach PROGRAM-ID tcx", "attach tcx", "link attach tcx"],
  group: "Links",
  summary: "Attach a TCX program to one side of an interface",
  description:
    "Attaches a loaded program to the traffic control hook of an interface (Linux 6.6), " +
    "and prints the link.",
  examples: [
    {
      comment: "Attach program 64 to what eth0 receives",
      command: "bpfman attach 64 tcx --iface eth0 --direction ingress --priority 50",
    },
  ],
  positionals: [PROGRAM_ID, INTERFACE, DIRECTION],
  options: [PRIORITY, NETNS, ...COMMON],
  permissions: "attach",
  load: () => import("../run/attach_interface.ts"),
};

const ATTACH_TRACEPOINT: CommandSpec = {
  id: "attach-tracepoint",
  paths: ["attach PROGRAM-ID tracepoint", "attach tracepoint", "link attach tracepoint"],
  group: "Links",
  summary: "Attach a program to a tracepoint",
  description: "Attaches a loaded program to a tracepoint of the kernel, and prints the link.",
  examples: [
    {
      comment: "Count the switches between tasks",
      command: "bpfman attach 65 tracepoint --tracepoint sched/sched_switch",
    },
  ],
  positionals: [PROGRAM_ID, TRACEPOINT],
  options: COMMON,
  permissions: "attach",
  load: () => import("../run/attach_tracepoint.ts"),
};

const ATTACH_UPROBE: CommandSpec = {
  id: "attach-uprobe",
  paths: [
    "attach PROGRAM-ID uprobe",
    "attach uprobe",
    "link attach uprobe",
    "attach PROGRAM-ID uretprobe",
    "attach uretprobe",
    "link attach uretprobe",
  ],
  group: "Links",
  summary: "Attach a uprobe or uretprobe program to a function of a user program",
  description: "Attaches a loaded program to a function in a program or library, and prints the " +
    "link. The type that the program was loaded with decides whether the probe sits at the entry " +
    "(uprobe) or at the return (uretprobe).",
  examples: [
    {
      comment: "See every call of malloc",
      command: "bpfman attach 66 uprobe --target libc --fn-name malloc",
    },
    {
      comment: "Only those of process 4711",
      command: "bpfman attach 66 uprobe --target libc --fn-name malloc --pid 4711",
    },
  ],
  positionals: [PROGRAM_ID, TARGET],
  options: [FUNCTION_NAME, OFFSET, PID, CONTAINER_PID, ...COMMON],
  permissions: "attach",
  load: () => import("../run/attach_uprobe.ts"),
};

/** Makes the data of a kind that this version only knows by name. */
function planned(
  kind: string,
  summary: string,
  positionals: readonly PositionalSpec[],
  options: readonly OptionSpec[],
): CommandSpec {
  return {
    id: `attach-${kind}`,
    paths: [`attach PROGRAM-ID ${kind}`, `attach ${kind}`, `link attach ${kind}`],
    group: "Links",
    summary,
    description: "Known by name only: a later version attaches programs of this type.",
    examples: [],
    positionals: [PROGRAM_ID, ...positionals],
    options: [...options, ...COMMON],
    permissions: "help",
    isPlanned: true,
    load: () => import("../run/planned.ts"),
  };
}

/** Function of a kprobe. */
const KERNEL_FUNCTION: PositionalSpec<"text"> = {
  name: "FUNCTION",
  type: "text",
  summary: "Kernel function",
  option: FUNCTION_NAME,
};

/** Commands that make links. */
export const ATTACH_COMMANDS: readonly CommandSpec[] = [
  ATTACH_XDP,
  ATTACH_TCX,
  ATTACH_TRACEPOINT,
  ATTACH_UPROBE,
  planned(
    "tc",
    "Attach a TC program to one side of an interface",
    [INTERFACE, DIRECTION],
    [PRIORITY, NETNS, PROCEED_ON],
  ),
  planned("kprobe", "Attach a kprobe or kretprobe program", [KERNEL_FUNCTION], [
    OFFSET,
    CONTAINER_PID,
  ]),
  planned("fentry", "Attach an fentry program", [], []),
  planned("fexit", "Attach an fexit program", [], []),
  planned("lsm", "Attach an LSM program", [], []),
];
