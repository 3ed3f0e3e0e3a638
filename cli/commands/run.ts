/**
 * Loading and attaching in one, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { LIST_OUTPUT, METADATA, NETNS } from "../options.ts";
import {
  CGROUP,
  CONTAINER_PID,
  DIRECTION,
  ENGINE,
  FREQUENCY,
  FUNCTION_NAME,
  INTERFACE,
  MODE,
  NETKIT_END,
  OFFSET,
  PID,
  PRIORITY,
  PROCEED_ON,
  TARGET,
  TRACEPOINT,
} from "./place.ts";
import { APPLICATION, GLOBAL, MAP_OWNER_ID, OBJECT_PATH, PROGRAMS } from "./load.ts";
import { runLater } from "./run_later.ts";
import { FILE_BUNDLE, TRUST_OPTIONS } from "./trust_options.ts";

/** The option that says the same as a positional argument. */
function optionOf(spec: PositionalSpec): readonly OptionSpec[] {
  return spec.option === undefined ? [] : [spec.option];
}

/** Options whose letters mean different things to different kinds have none here. */
const PLACE: readonly OptionSpec[] = [
  ...[TRACEPOINT, TARGET].flatMap(optionOf),
  FUNCTION_NAME,
  PID,
  CONTAINER_PID,
].map(({ short: _letter, ...option }) => option);

/** The object file; -p belongs to the priority. */
const PATH: PositionalSpec<"text"> = {
  ...OBJECT_PATH,
  option: { name: "path", type: "text", placeholder: "PATH", summary: "The object file" },
};

const RUN: CommandSpec = {
  id: "run",
  paths: ["run", "program run"],
  group: "Programs",
  summary: "Load one program and attach it",
  description:
    "Loads one program of an object file and attaches it: both or nothing. The options " +
    "that name the place are those of the attach command of its type.",
  examples: [
    {
      comment: "Count the packets that eth0 receives",
      command: "bpfman run counter.bpf.o --programs xdp:xdp_counter --iface eth0",
    },
    {
      comment: "See every call of malloc",
      command: "bpfman run malloc.bpf.o --programs uprobe:seen --target libc --fn-name malloc",
    },
  ],
  positionals: [PATH],
  options: [
    PROGRAMS,
    GLOBAL,
    METADATA,
    APPLICATION,
    MAP_OWNER_ID,
    ...[INTERFACE, DIRECTION].flatMap((spec): readonly OptionSpec[] => optionOf(spec)),
    { ...PRIORITY, isRequired: false, defaultText: "50" },
    NETNS,
    MODE,
    PROCEED_ON,
    ENGINE,
    NETKIT_END,
    ...PLACE,
    OFFSET,
    ...optionOf(CGROUP),
    FREQUENCY,
    ...TRUST_OPTIONS,
    FILE_BUNDLE,
    LIST_OUTPUT,
  ],
  permissions: "load",
  brings: { argument: PATH, kind: "either" },
  load: runLater("../run/run.ts"),
};

/** The command that loads and attaches. */
export const RUN_COMMANDS: readonly CommandSpec[] = [RUN];
