/**
 * Arguments that name the place of an attach, as data.
 *
 * @module
 */
import type { OptionSpec, PositionalSpec } from "../command.ts";

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

/** What the next program of the hook depends on. */
export const PROCEED_ON: OptionSpec<"proceedOn"> = {
  name: "proceed-on",
  type: "proceedOn",
  placeholder: "ACTION",
  summary: "Results after which the next program of the hook runs; comma list, may be repeated",
  repeat: true,
  isCommaList: true,
  defaultText: "XDP: pass, dispatcher_return; TC: pipe, dispatcher_return",
};

/** What runs several programs on one hook. */
export const ENGINE: OptionSpec<"engine"> = {
  name: "engine",
  type: "engine",
  placeholder: "ENGINE",
  summary: "What runs the programs of the hook: auto, compose, freplace or libxdp (XDP only)",
  defaultText: "what the hook has, else the configuration's, else auto",
};

/** Process whose files are meant. */
export const CONTAINER_PID: OptionSpec<"pid"> = {
  name: "container-pid",
  short: "c",
  type: "pid",
  placeholder: "PID",
  summary: "Process whose container holds the target; its id on the host",
};

/** Mode of an XDP program. */
export const MODE: OptionSpec<"xdpMode"> = {
  name: "mode",
  type: "xdpMode",
  placeholder: "MODE",
  summary: "Force native (in the driver) or generic (behind it)",
  defaultText: "native where the interface can, else generic",
};

/** End of a netkit pair. */
export const NETKIT_END: OptionSpec<"netkitEnd"> = {
  name: "end",
  type: "netkitEnd",
  placeholder: "END",
  summary: "End of the pair: primary or peer",
  defaultText: "primary",
};

/** Function of a kprobe. */
export const KERNEL_FUNCTION: PositionalSpec<"text"> = {
  name: "FUNCTION",
  type: "text",
  summary: "Kernel function",
  option: FUNCTION_NAME,
};

/** Raw tracepoint to attach to. */
export const RAW_TRACEPOINT: PositionalSpec<"text"> = {
  name: "NAME",
  type: "text",
  completes: { source: "rawTracepoints" },
  summary: "Raw tracepoint, such as sched_switch",
  option: {
    name: "tracepoint",
    short: "t",
    type: "text",
    placeholder: "NAME",
    completes: { source: "rawTracepoints" },
    summary: "The raw tracepoint, in place of the argument",
  },
};

/** Cgroup to attach to. */
export const CGROUP: PositionalSpec<"text"> = {
  name: "CGROUP",
  type: "text",
  summary: "Cgroup: a path, or a name below /sys/fs/cgroup",
  option: {
    name: "cgroup",
    type: "text",
    placeholder: "CGROUP",
    summary: "The cgroup, in place of the argument",
  },
};

/** Side of a cgroup. */
export const CGROUP_DIRECTION: OptionSpec<"direction"> = {
  name: "direction",
  short: "d",
  type: "direction",
  placeholder: "DIRECTION",
  summary: "Packets that come in (ingress) or go out (egress)",
  defaultText: "ingress",
};

/** Samples in a second. */
export const FREQUENCY: OptionSpec<"frequency"> = {
  name: "frequency",
  type: "frequency",
  placeholder: "HZ",
  summary: "Samples in a second, on each processor",
  defaultText: "99",
};
