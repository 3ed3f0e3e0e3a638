/**
 * From arguments to the place of an attach.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import type { AttachTarget } from "../../core/types.ts";
import type { ValueTypeName, ValueTypes } from "../command.ts";
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
  TARGET,
} from "../commands/place.ts";
import { NETNS } from "../options.ts";
import { argumentKey, type ArgumentSpec, type ParsedInput } from "../parsed_input.ts";

const DEFAULT_PRIORITY = 50;
const DEFAULT_FREQUENCY = 99;

/** The value of an argument that this kind needs, whatever command it is given to. */
function need<K extends ValueTypeName>(input: ParsedInput, spec: ArgumentSpec<K>): ValueTypes[K] {
  const value = input.one(spec);
  if (value !== undefined) return value;
  throw usageError(`Missing option --${argumentKey(spec)}`, spec.summary);
}

/** An object with the property, or without it when there is no value. */
function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

function interfacePlace(input: ParsedInput) {
  return {
    interface: need(input, INTERFACE),
    priority: input.one(PRIORITY) ?? DEFAULT_PRIORITY,
    ...optional("netns", input.one(NETNS)),
  };
}

function probePlace(input: ParsedInput) {
  return {
    ...optional("offset", input.one(OFFSET)),
    ...optional("pid", input.one(PID)),
    ...optional("containerPid", input.one(CONTAINER_PID)),
  };
}

/** The place of a program in a chain. */
function memberPlace(input: ParsedInput) {
  return {
    ...interfacePlace(input),
    ...optional("proceedOn", input.some(PROCEED_ON)),
    ...optional("engine", input.one(ENGINE)),
  };
}

/** Refuses options that only chains have, so that nobody counts on them. */
function refuseChainOptions(kind: AttachTarget["kind"], input: ParsedInput): void {
  const given = [PROCEED_ON, ENGINE].find((spec) => input.some<ValueTypeName>(spec) !== undefined);
  if (given === undefined) return;
  throw usageError(
    `Cannot use --${given.name} with ${kind}: only xdp and tc programs form chains of ours`,
  );
}

/** A tracepoint's name: of a raw one the name alone, with or without its group. */
function readTracepoint(input: ParsedInput): { readonly group: string; readonly name: string } {
  // the two commands read the same option by readers of their own
  const value: unknown = need(input, { name: "tracepoint", type: "tracepoint", summary: "" });
  if (typeof value === "string") return { group: "", name: value };
  return value as { readonly group: string; readonly name: string };
}

/**
 * Reads the place for a kind of link.
 *
 * @throws {BpfmanError} When an argument that the kind needs is missing.
 */
export function readTarget(kind: AttachTarget["kind"], input: ParsedInput): AttachTarget {
  if (kind !== "xdp" && kind !== "tc") refuseChainOptions(kind, input);
  switch (kind) {
    case "xdp":
      return { kind, ...memberPlace(input), ...optional("mode", input.one(MODE)) };
    case "tc":
      return { kind, ...memberPlace(input), direction: need(input, DIRECTION) };
    case "tcx":
      return { kind, ...interfacePlace(input), direction: need(input, DIRECTION) };
    case "netkit":
      return { kind, ...interfacePlace(input), ...optional("end", input.one(NETKIT_END)) };
    case "tracepoint":
      return { kind, ...readTracepoint(input) };
    case "raw_tracepoint":
      return { kind, name: readTracepoint(input).name };
    case "kprobe":
      return {
        kind,
        functionName: need(input, KERNEL_FUNCTION),
        ...optional("offset", input.one(OFFSET)),
      };
    case "uprobe":
      return {
        kind,
        target: need(input, TARGET),
        ...optional("functionName", input.one(FUNCTION_NAME)),
        ...probePlace(input),
      };
    case "fentry":
    case "fexit":
    case "lsm":
      return { kind };
    case "cgroup_skb":
    case "cgroup_sock_addr":
      return {
        kind,
        path: need(input, CGROUP),
        ...optional("direction", input.one(CGROUP_DIRECTION)),
      };
    case "perf_event":
      return {
        kind,
        frequency: input.one(FREQUENCY) ?? DEFAULT_FREQUENCY,
        ...optional("pid", input.one(PID)),
      };
  }
}
