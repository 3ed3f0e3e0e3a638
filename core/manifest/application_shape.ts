/**
 * The shape of applications: the rules of the custom resource definitions of `bpfman.io/v1alpha1`,
 * and what is ours besides (`netnsPath`).
 *
 * @module
 */
import type { Field, Fields, ObjectShape, Shape, TextShape } from "./shape.ts";
import { MANIFEST_API, MANIFEST_TYPES, type ManifestKind, type ManifestType } from "./types.ts";

const TEXT: Shape = { kind: "text" };
const TEXTS: Shape = { kind: "list", item: TEXT };
const ANY: Shape = { kind: "any" };
const BOOLEAN: Shape = { kind: "boolean" };
const INT32 = 2 ** 31 - 1;

/** Names of programs and functions; the definition's pattern has no end. */
const NAME: TextShape = {
  kind: "text",
  min: 1,
  max: 64,
  pattern: "^[a-zA-Z][a-zA-Z0-9_]+.",
  meaning: "a name of 3 characters or more that begins with a letter",
};

const ABSOLUTE_PATH: TextShape = {
  kind: "text",
  pattern: "^(/[^/\\0]+)+/?$",
  meaning: "an absolute path",
};

function required(shape: Shape, summary?: string): Field {
  return { shape, isRequired: true, ...(summary === undefined ? {} : { summary }) };
}

function optional(shape: Shape, summary?: string): Field {
  return { shape, ...(summary === undefined ? {} : { summary }) };
}

function object(fields: Fields): ObjectShape {
  return { kind: "object", fields };
}

function list(item: Shape, bounds: { min?: number; max?: number } = {}): Shape {
  return { kind: "list", item, ...bounds };
}

const LABELS: Shape = { kind: "record", value: TEXT };

const LABEL_SELECTOR: ObjectShape = {
  name: "LabelSelector",
  ...object({
    matchLabels: optional(LABELS),
    matchExpressions: optional(list(object({
      key: required(TEXT),
      operator: required({ kind: "word", words: ["In", "NotIn", "Exists", "DoesNotExist"] }),
      values: optional(TEXTS),
    }))),
  }),
};

const BYTE_CODE: ObjectShape = {
  name: "ByteCode",
  kind: "object",
  isChoice: true,
  fields: {
    image: optional(
      object({
        url: required({
          kind: "text",
          max: 525,
          pattern: "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}",
          meaning: "the name of an image",
        }, "REGISTRY/NAME[:TAG][@DIGEST]"),
        imagePullPolicy: {
          shape: { kind: "word", words: ["Always", "Never", "IfNotPresent"] },
          initial: "IfNotPresent",
          summary: "When the image is fetched from its registry",
        },
        imagePullSecret: optional(
          object({ name: required(TEXT), namespace: required(TEXT) }),
          "Secret of a cluster with credentials; without meaning on a single machine",
        ),
      }),
      "A bytecode image",
    ),
    path: optional(ABSOLUTE_PATH, "An object file on the machine: absolute path"),
  },
};

const INTERFACE_SELECTOR: ObjectShape = {
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

/** Shapes that are used more than once. */
export const NAMED_SHAPES: readonly ObjectShape[] = [
  LABEL_SELECTOR,
  BYTE_CODE,
  INTERFACE_SELECTOR,
];

const PRIORITY = optional(
  { kind: "integer", min: 0, max: 1000 },
  "Lower runs first; 1000 when left out",
);

const DIRECTION = required({ kind: "word", words: ["Ingress", "Egress"] }, "Side of the interface");

/** What XDP programs may proceed on. */
export const XDP_ACTIONS = [
  "Aborted",
  "Drop",
  "Pass",
  "TX",
  "ReDirect",
  "DispatcherReturn",
] as const;

/** What TC programs may proceed on. */
export const TC_ACTIONS = [
  "UnSpec",
  "OK",
  "ReClassify",
  "Shot",
  "Pipe",
  "Stolen",
  "Queued",
  "Repeat",
  "ReDirect",
  "Trap",
  "DispatcherReturn",
] as const;

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

/** The member of a program by its type. */
export const MEMBERS: Readonly<Record<ManifestType, Lowercase<ManifestType>>> = {
  XDP: "xdp",
  TC: "tc",
  TCX: "tcx",
  FEntry: "fentry",
  FExit: "fexit",
  KProbe: "kprobe",
  KRetProbe: "kretprobe",
  UProbe: "uprobe",
  URetProbe: "uretprobe",
  TracePoint: "tracepoint",
};

/** Types of namespaced applications: what a tenant may do. */
const NAMESPACED_TYPES: readonly ManifestType[] = ["XDP", "TC", "TCX", "UProbe", "URetProbe"];

function memberShapes(isNamespaced: boolean): Readonly<Record<ManifestType, Shape>> {
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

function programShape(isNamespaced: boolean): ObjectShape {
  const types = MANIFEST_TYPES.filter((type) => !isNamespaced || NAMESPACED_TYPES.includes(type));
  const shapes = memberShapes(isNamespaced);
  return {
    kind: "object",
    fields: {
      name: required(NAME, "Name of the C function"),
      type: required({ kind: "word", words: types }, "Type, which says what else is there"),
      ...Object.fromEntries(types.map((type) => [MEMBERS[type], optional(shapes[type])])),
    },
    union: {
      tag: "type",
      members: Object.fromEntries(types.map((type) => [type, MEMBERS[type]])),
    },
  };
}

function specShape(isNamespaced: boolean): ObjectShape {
  return object({
    nodeSelector: required(LABEL_SELECTOR, "Nodes of a cluster; {} for all"),
    byteCode: required(BYTE_CODE, "Where the object comes from: an image or a file"),
    globalData: optional(
      { kind: "record", value: { kind: "bytes" } },
      "Values of global variables: base64, or lists of bytes",
    ),
    mapOwnerSelector: optional(LABEL_SELECTOR, "Accepted and without effect"),
    programs: required(list(programShape(isNamespaced), { min: 1 }), "The programs"),
  });
}

const DNS_WORD = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";

/** What clusters write into metadata, and nobody here looks at. */
const FURTHER_METADATA = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "finalizers",
  "generation",
  "managedFields",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid",
] as const;

function metadataShape(isNamespaced: boolean): ObjectShape {
  const name: Shape = {
    kind: "text",
    min: 1,
    max: 253,
    pattern: `^${DNS_WORD}(?:\\.${DNS_WORD})*$`,
    meaning: "lower-case letters, digits, - and .",
  };
  const namespace: Shape = {
    kind: "text",
    min: 1,
    max: 63,
    pattern: `^${DNS_WORD}$`,
    meaning: "lower-case letters, digits and -",
  };
  return object({
    name: required(name, "Name of the application"),
    ...(isNamespaced ? { namespace: optional(namespace, '"default" when left out') } : {}),
    labels: optional(LABELS),
    annotations: optional(LABELS),
    ...Object.fromEntries(FURTHER_METADATA.map((key) => [key, optional(ANY)])),
  });
}

/** The shape of a document of a kind. */
export function applicationShape(kind: ManifestKind): ObjectShape {
  const isNamespaced = kind === "BpfApplication";
  return object({
    apiVersion: required({ kind: "word", words: [MANIFEST_API] }),
    kind: required({ kind: "word", words: [kind] }),
    metadata: required(metadataShape(isNamespaced)),
    spec: required(specShape(isNamespaced), "What is wanted"),
    status: optional(ANY, "What a cluster says of it; not looked at"),
  });
}
