/**
 * Commands on policies, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { OUTPUT } from "../options.ts";
import { runLater } from "./run_later.ts";
import { POLICY } from "./trust_options.ts";

/** A policy to look at. */
export const POLICY_FILE: PositionalSpec<"text"> = {
  name: "FILE",
  type: "text",
  summary: "The policy; without it the one that holds here",
  isOptional: true,
};

/** A command to judge. */
export const JUDGED_COMMAND: PositionalSpec<"text"> = {
  name: "COMMAND",
  type: "text",
  summary: "The command with its arguments, without bpfman",
  repeat: true,
};

const CHECK: CommandSpec = {
  id: "policy-check",
  paths: ["policy check"],
  group: "Policy",
  summary: "Tell whether a policy can be used, and what in it cannot mean what it says",
  description:
    "Reads a policy as a load would, and looks for what is allowed and yet most likely " +
    "wrong: scopes that no source can have, users, groups and files that are not there, rules that " +
    "trust nobody. Exit code 0 when the policy can be used, 2 when it cannot be understood, 4 when " +
    "others than root could have written it.",
  examples: [
    { comment: "Look at a draft", command: "bpfman policy check draft.json" },
    { comment: "Look at the one that holds here", command: "bpfman policy check -o json" },
  ],
  positionals: [POLICY_FILE],
  options: [OUTPUT],
  permissions: "policy-check",
  load: runLater("../run/policy_check.ts"),
};

const WHY: CommandSpec = {
  id: "policy-why",
  paths: ["policy why"],
  group: "Policy",
  summary: "Tell what the policy says of a command, and which line decides",
  description: "Does what the command would do up to the point where the kernel is asked: finds " +
    "the source, verifies signatures, reads the object, asks the policy. Names rule and line. " +
    "Needs no privilege. Exit code 0 when the command is allowed, 4 when it is refused. Options of " +
    "this command stand before the words of the other; what stands behind them is the other's.",
  examples: [
    {
      comment: "Would this image be let in",
      command: "bpfman policy why load image quay.io/net/counter:v1 --programs xdp:xdp_counter",
    },
    {
      comment: "By a draft of a policy",
      command: "bpfman policy why --policy draft.json load file counter.bpf.o " +
        "--programs xdp:xdp_counter",
    },
    {
      comment: "May program 63 be attached there",
      command: "bpfman policy why attach 63 xdp --iface eth0 --priority 50 -o json",
    },
  ],
  positionals: [JUDGED_COMMAND],
  options: [POLICY, OUTPUT],
  permissions: "policy-why",
  takesCommand: true,
  load: runLater("../run/policy_why.ts"),
};

/** Commands on policies. */
export const POLICY_COMMANDS: readonly CommandSpec[] = [CHECK, WHY];
