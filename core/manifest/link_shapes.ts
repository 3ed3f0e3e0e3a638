/**
 * The shapes of links, and of the members of programs that hold them.
 *
 * @module
 */
import type { Field, Fields, ObjectShape, Shape } from "./shape.ts";
import {
  ABSOLUTE_PATH,
  BOOLEAN,
  INT32,
  LABEL_SELECTOR,
  list,
  NAME,
  object,
  optional,
  required,
  TEXT,
  TEXTS,
} from "./shape_parts.ts";
import type { ManifestType } from "./types.ts";
import { TC_ACTIONS, XDP_ACTIONS } from "./words.ts";

/** Which interfaces. */
export const INTERFACE_SELECTOR: ObjectShape = {
  name: "InterfaceSelector",
  kind: "object",
  isChoice: true,
  fields: {
    interfaces: optional(TEXTS, "Names of interfaces"),
    primaryNodeInterface: optional(BOOLEAN, "The interface with the default route"),
    interfacesDiscoveryConfig: optional(
      object({
        interfaceAutoDiscovery: {
          shape: BOOLEAN,
          initial: false,
          summary: "Look for interfaces, on a cluster also for those that come later",
        },
        excludeInterfaces: { shape: TEXTS, initial: ["lo"], summary: "Names that are left out" },
        allowedInterfaces: optional(TEXTS, "Names, or /regular expressions/; all when left out"),
      }),
      "The interfaces that are there",
    ),
  },
};

const PRIORITY = optional(
  { kind: "integer", min: 0, max: 1000 },
  "Lower runs first; 1000 when left out",
);

const DIRECTION = required({ kind: "word", words: ["Ingress", "Egress"] }, "Side of the interface");

function proceedOn(words: readonly string[], initial: readonly string[]): Field {
  return {
    shape: list({ kind: "word", words }),
    initial,
    summary: "Results after which the next program runs",
  };
}

/** A selector of pods; `namespace` only where the application has none of its own. */
function pods(isNamespaced: boolean, further: Fields = {}): ObjectShape {
  return object({
    ...(isNamespaced ? {} : { namespace: optional(TEXT) }),
    pods: required(LABEL_SELECTOR),
    ...further,
  });
}

function interfaceLink(isNamespaced: boolean, fields: Fields): Shape {
  return {
    kind: "object",
    fields: {
      interfaceSelector: required(
        INTERFACE_SELECTOR,
        "Which interfaces: exactly one way to say it",
      ),
      networkNamespaces: optional(pods(isNamespaced), "Pods of a cluster"),
      netnsPath: optional(
        ABSOLUTE_PATH,
        "Network namespace, such as /run/netns/blue; an extension that clusters do not know",
      ),
      ...fields,
    },
    exclusive: { keys: ["networkNamespaces", "netnsPath"], isRequired: isNamespaced },
  };
}

function links(link: Shape, bounds: { max?: number } = {}): Field {
  return optional(list(link, bounds), "Where it is attached; it is loaded only when there is none");
}

function tracing(): ObjectShape {
  const link = object({ mode: required({ kind: "word", words: ["Attach"] }) });
  return object({
    function: required(NAME, "Kernel function, which is fixed when the program is loaded"),
    links: links(link, { max: 1 }),
  });
}

const OFFSET: Field = {
  shape: { kind: "integer", min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  initial: 0,
  summary: "Bytes from the function",
};

function userLink(isNamespaced: boolean): Shape {
  const containers = pods(isNamespaced, { containerNames: optional(TEXTS) });
  return object({
    function: optional(NAME, "Function of the program or library"),
    offset: OFFSET,
    target: required(TEXT, "Name of a library, or absolute path"),
    pid: optional({ kind: "integer", min: -INT32 - 1, max: INT32 }, "Only this process"),
    containers: isNamespaced
      ? required(containers, "Containers of a cluster")
      : optional(containers, "Containers of a cluster"),
  });
}

/** What the member of a program holds, by its type. */
export function memberShapes(isNamespaced: boolean): Readonly<Record<ManifestType, Shape>> {
  const xdp = {
    priority: PRIORITY,
    proceedOn: proceedOn(XDP_ACTIONS, ["Pass", "DispatcherReturn"]),
  };
  const tcx = { direction: DIRECTION, priority: PRIORITY };
  const tc = { ...tcx, proceedOn: proceedOn(TC_ACTIONS, ["Pipe", "DispatcherReturn"]) };
  const kernelFunction = required(NAME, "Kernel function");
  const user = object({ links: links(userLink(isNamespaced)) });
  return {
    XDP: object({ links: links(interfaceLink(isNamespaced, xdp)) }),
    TC: object({ links: links(interfaceLink(isNamespaced, tc)) }),
    TCX: object({ links: links(interfaceLink(isNamespaced, tcx)) }),
    FEntry: tracing(),
    FExit: tracing(),
    KProbe: object({ links: links(object({ function: kernelFunction, offset: OFFSET })) }),
    KRetProbe: object({ links: links(object({ function: kernelFunction })) }),
    UProbe: user,
    URetProbe: user,
    TracePoint: object({
      links: links(object({ name: required(NAME, "Such as sched/sched_switch") })),
    }),
  };
}
