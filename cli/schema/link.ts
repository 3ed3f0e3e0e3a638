/**
 * Links and hooks in JSON.
 *
 * @module
 */
import {
  boolean,
  either,
  type Infer,
  instant,
  integer,
  list,
  named,
  object,
  optional,
  orNull,
  text,
  word,
} from "./shape.ts";
import { ENGINE_CHOICES, ENGINE_NAMES, LINK_ID, LINK_KIND, METADATA, PROGRAM_ID } from "./words.ts";

const MEMBER_FIELDS = {
  proceed_on: list(
    integer("Return code", { min: -1 }),
    "Return codes after which the next program of the chain runs",
  ),
  dispatcher_id: integer("The kernel's id of the program that the hook calls, 0 for none of ours"),
  revision: integer("Grows by one with each change of the hook"),
};

const DIRECTION = word(["ingress", "egress"], "Side of the interface");
const POSITION = integer("Place in the order of the hook, from 0");
const PRIORITY = integer("Lower runs first", { min: -1 });
const MODE = word(["native", "generic"], "Where an XDP program meets packets");

const INTERFACE_FIELDS = {
  interface: text("Name of the interface when the link was made"),
  ifindex: integer("Index of the interface"),
  priority: PRIORITY,
  position: POSITION,
  netns: text("Path of the network namespace, empty for the manager's own"),
  nsid: integer("Inode number of the network namespace"),
};

const FILTER_FIELDS = {
  filter_priority: integer("Preference of the TC filter"),
  filter_handle: integer("Handle of the TC filter"),
};

const PID = integer("Process id, 0 for every one");
const FUNCTION = text("Function");
const HOOK_WORD = text("Direction or call of the cgroup hook, such as connect4");
const OFFSET = integer("Bytes from the function, or in the file when there is none");
const RETPROBE = boolean("True for a probe of the return");

/** Where a link sits, by kind. */
const LINK_DETAILS = either([
  object({ ...INTERFACE_FIELDS, ...MEMBER_FIELDS, mode: MODE }, "xdp"),
  object({ ...INTERFACE_FIELDS, ...MEMBER_FIELDS, ...FILTER_FIELDS, direction: DIRECTION }, "tc"),
  object({ ...INTERFACE_FIELDS, direction: DIRECTION }, "tcx"),
  object({
    ...INTERFACE_FIELDS,
    end: word(["primary", "peer"], "End of the pair whose traffic is seen"),
  }, "netkit"),
  object({ group: text("Such as syscalls"), name: text("Such as sys_enter_openat") }, "tracepoint"),
  object({ name: text("Such as sched_switch") }, "raw_tracepoint"),
  object({ fn_name: FUNCTION, offset: OFFSET, retprobe: RETPROBE }, "kprobe and kretprobe"),
  object({
    target: text("Binary as it was asked for"),
    path: text("Binary as it was found"),
    file_offset: integer("Bytes from the start of the file"),
    fn_name: text("Function, empty when only an offset was given"),
    offset: OFFSET,
    pid: PID,
    retprobe: RETPROBE,
    container_pid: integer("Process in whose mount namespace the binary is, 0 for our own"),
  }, "uprobe and uretprobe"),
  object({ fn_name: FUNCTION }, "fentry and fexit"),
  object({ hook_name: text("Hook, such as file_open") }, "lsm"),
  object({
    cgroup: text("Path of the cgroup"),
    cgroup_id: integer("Inode number of the cgroup"),
    hook: HOOK_WORD,
  }, "cgroup_skb and cgroup_sock_addr"),
  object({
    event: word(["cpu-clock"], "What is sampled"),
    frequency: integer("Samples per second and processor"),
    pid: PID,
    cpus: list(integer("Processor"), "Processors, none for a single process"),
  }, "perf_event"),
], "Where the link sits, by its kind");

/** What is remembered of a link. */
export const LINK_RECORD = named("LinkRecord", {
  id: LINK_ID,
  program_id: PROGRAM_ID,
  kernel_link_id: orNull(integer("The kernel's id of the link; null for TC filters")),
  kind: LINK_KIND,
  pin_path: orNull(text("Where the link is pinned; null for TC filters")),
  details: LINK_DETAILS,
  created_at: instant("When it was attached"),
  metadata: orNull(METADATA),
}, "What is remembered of a link");

const ZERO = (what: string) => integer(`${what}; 0 for links of other kinds`);

const KERNEL_LINK = object({
  id: integer("The kernel's id of the link"),
  program_id: PROGRAM_ID,
  link_type: text("Type of the kernel's link"),
  attach_type: text("Number of the attach type, in a text", { pattern: "^[0-9]+$" }),
  ifindex: ZERO("Index of the interface"),
  target_obj_id: ZERO("BTF object or program of the target"),
  target_btf_id: ZERO("BTF type of the target"),
  cgroup_id: ZERO("Id of the cgroup"),
  netns_ino: ZERO("Inode number of the network namespace"),
  netfilter_pf: ZERO("Protocol family"),
  netfilter_hooknum: ZERO("Number of the netfilter hook"),
  netfilter_priority: ZERO("Priority of the netfilter hook"),
  netfilter_flags: ZERO("Flags of the netfilter hook"),
  kprobe_multi_count: ZERO("Functions of a multi probe"),
  kprobe_multi_flags: ZERO("Flags of a multi probe"),
  kprobe_multi_missed: ZERO("Missed runs of a multi probe"),
  kprobe_address: ZERO("Address of a probe"),
  kprobe_missed: ZERO("Missed runs of a probe"),
}, "What the kernel says of the link, null when it does not have it any more");

const LINK_PROBLEMS = [
  "interface-gone",
  "netns-gone",
  "cgroup-gone",
  "process-gone",
  "program-gone",
  "pin-gone",
  "link-gone",
] as const;

const RUNS = orNull(integer("How often the program ran since it joined; null where nobody counts"));

/** A link with what the kernel says of it. */
export const LINK = named("Link", {
  record: LINK_RECORD,
  status: object({
    kernel: orNull(KERNEL_LINK),
    kernel_seen: boolean("True when the kernel has the link"),
    pin_present: boolean("True when the pin exists, or the kind has none"),
    problem: orNull(word(LINK_PROBLEMS, "What is wrong with it, null when nothing is")),
    chain: orNull(object({
      engine: word(ENGINE_NAMES, "What runs the chain"),
      choice: word(ENGINE_CHOICES, "What was asked for"),
      reason: text("Why this engine"),
      length: integer("Number of our programs on the hook"),
      runs: RUNS,
    }, "The chain of its hook, null for kinds without")),
  }, "How the link is now"),
}, "A link with what the kernel says of it");

const MASK = integer("Bits of the return codes after which the next program runs");

/** A program of others in a chain that libxdp shares. */
export const FOREIGN = named("ForeignMember", {
  program_id: PROGRAM_ID,
  program_name: text("Name of its function"),
  kind: word(["xdp"], "Kind of the hook"),
  ifname: text("Name of the interface"),
  ifindex: integer("Index of the interface"),
  nsid: integer("Inode number of the network namespace"),
  position: POSITION,
  priority: PRIORITY,
  proceed_on: MASK,
}, "A program of others in a chain that libxdp shares");

const KEY = named("DispatcherKey", {
  type: word(["xdp", "tc-ingress", "tc-egress"], "Kind of the hook"),
  nsid: integer("Inode number of the network namespace"),
  ifindex: integer("Index of the interface"),
}, "Names a hook");

const HEAD_FIELDS = {
  key: KEY,
  revision: integer("Grows by one with each change of the hook"),
  runtime: object({
    program_id: integer("The kernel's id of the program that the hook calls, 0 for none of ours"),
    kernel_link_id: optional(integer("The kernel's id of the hook's link (XDP)")),
    filter_priority: optional(FILTER_FIELDS.filter_priority),
    filter_handle: optional(FILTER_FIELDS.filter_handle),
    netns_path: text("Path of the network namespace, empty for the manager's own"),
    mode: optional(MODE),
  }, "What the kernel calls"),
  engine: object({
    name: word(ENGINE_NAMES, "What runs the chain"),
    choice: word(ENGINE_CHOICES, "What was asked for"),
    reason: text("Why this engine"),
  }, "What makes the chain real"),
};

const MEMBER = named("Member", {
  program_id: PROGRAM_ID,
  program_name: text("C function name, empty when the program is gone"),
  link_id: LINK_ID,
  kernel_link_id: orNull(integer("The kernel's id of the link; null for TC filters")),
  link_pin_path: orNull(text("Where the link is pinned; null for TC filters")),
  position: POSITION,
  priority: PRIORITY,
  proceed_on: MASK,
  ifname: text("Name of the interface"),
  metadata: METADATA,
  runs: RUNS,
}, "A program in a chain");

/** A hook with its members. */
export const DISPATCHER = object({
  ...HEAD_FIELDS,
  members: list(MEMBER, "Programs in the order in which they run"),
  foreign: optional(list(FOREIGN, "Programs of others")),
}, "A hook with its chain");

/** A hook in a list. */
const DISPATCHER_ROW = named("DispatcherRow", {
  ...HEAD_FIELDS,
  member_count: integer("Number of our programs"),
  foreign_count: optional(integer("Number of programs of others")),
}, "A hook of a list");

/** Answer of `list links`. */
export const LINKS = object({
  links: list(LINK_RECORD, "Links, ascending by id"),
  foreign: optional(list(FOREIGN, "Programs of others on hooks that are shared")),
}, "Links");

/** Answer of `dispatcher list`. */
export const DISPATCHERS = object({ dispatchers: list(DISPATCHER_ROW, "Hooks") }, "Hooks");

/** Answer of `dispatcher delete`. */
export const DISPATCHER_DELETED = object({ deleted: KEY }, "The hook that was cleared");

/** The record of a link. */
export type LinkRecordJson = Infer<typeof LINK_RECORD>;
/** Where a link sits. */
export type LinkDetailsJson = Infer<typeof LINK_DETAILS>;
/** A link. */
export type LinkJson = Infer<typeof LINK>;
/** What the kernel says of a link. */
export type KernelLinkJson = Infer<typeof KERNEL_LINK>;
/** A program of others. */
export type ForeignJson = Infer<typeof FOREIGN>;
/** A program in a chain. */
export type MemberJson = Infer<typeof MEMBER>;
/** A hook. */
export type DispatcherJson = Infer<typeof DISPATCHER>;
/** A hook in a list. */
export type DispatcherRowJson = Infer<typeof DISPATCHER_ROW>;
