/**
 * Commands on hooks with chains, which bpfman calls dispatchers, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { LIST_OUTPUT, WIDE } from "../options.ts";
import { runLater } from "./run_later.ts";

/** Kind of a hook. */
export const TYPE: PositionalSpec<"hookWord"> = {
  name: "TYPE",
  type: "hookWord",
  summary: "Kind of the hook: xdp, tc-ingress or tc-egress",
};

/** Network namespace of a hook. */
export const NSID: PositionalSpec<"id"> = {
  name: "NSID",
  type: "id",
  summary: "Inode number of its network namespace, as dispatcher list shows it",
};

/** Interface of a hook. */
export const IFINDEX: PositionalSpec<"id"> = {
  name: "IFINDEX",
  type: "id",
  summary: "Index of its interface",
};

/** Only of this kind. */
export const TYPE_FILTER: OptionSpec<"hookWord"> = {
  name: "type",
  type: "hookWord",
  placeholder: "TYPE",
  summary: "Only of this kind: xdp, tc-ingress or tc-egress",
};

/** Only in this namespace. */
export const NSID_FILTER: OptionSpec<"id"> = {
  name: "nsid",
  type: "id",
  placeholder: "NSID",
  summary: "Only in the network namespace with this inode number",
};

/** Only on this interface. */
export const IFINDEX_FILTER: OptionSpec<"id"> = {
  name: "ifindex",
  type: "id",
  placeholder: "IFINDEX",
  summary: "Only on the interface with this index",
};

const LIST: CommandSpec = {
  id: "list-dispatchers",
  paths: ["dispatcher list", "dispatcher"],
  group: "Links",
  summary: "List the hooks that run programs in a chain",
  description:
    "Lists interfaces with XDP programs, and sides of interfaces with TC programs, each " +
    "with the engine that runs them.",
  examples: [
    { comment: "List all", command: "bpfman dispatcher list" },
    { comment: "Only those of XDP", command: "bpfman dispatcher list --type xdp" },
  ],
  positionals: [],
  options: [TYPE_FILTER, NSID_FILTER, IFINDEX_FILTER, LIST_OUTPUT, WIDE],
  permissions: "list",
  load: runLater("../run/list_dispatchers.ts"),
};

const GET: CommandSpec = {
  id: "get-dispatcher",
  paths: ["dispatcher get", "get dispatcher"],
  group: "Links",
  summary: "Show the chain of one hook",
  description:
    "Shows the programs of a hook in the order in which they run, and which engine runs " +
    "them and why. The compose engine also counts how often each of them ran.",
  examples: [
    {
      comment: "Show the XDP chain of interface 4",
      command: "bpfman dispatcher get xdp 4026531840 4",
    },
  ],
  positionals: [TYPE, NSID, IFINDEX],
  options: [LIST_OUTPUT, WIDE],
  permissions: "get",
  load: runLater("../run/get_dispatcher.ts"),
};

const DELETE: CommandSpec = {
  id: "delete-dispatcher",
  paths: ["dispatcher delete"],
  group: "Links",
  summary: "Take every program off a hook",
  description:
    "Detaches all links of a hook by one swap; the programs stay loaded. It also clears a " +
    "hook whose links are not known any more, as the database was lost.",
  examples: [
    {
      comment: "Free the XDP hook of interface 4",
      command: "bpfman dispatcher delete xdp 4026531840 4",
    },
  ],
  positionals: [TYPE, NSID, IFINDEX],
  options: [LIST_OUTPUT],
  permissions: "detach",
  load: runLater("../run/delete_dispatcher.ts"),
};

/** Commands on dispatchers. */
export const DISPATCHER_COMMANDS: readonly CommandSpec[] = [LIST, GET, DELETE];
