/**
 * The shape of applications: the rules of the custom resource definitions of `bpfman.io/v1alpha1`,
 * and what is ours besides (`netnsPath`).
 *
 * @module
 */
import { INTERFACE_SELECTOR, memberShapes } from "./link_shapes.ts";
import type { ObjectShape, Shape } from "./shape.ts";
import {
  ABSOLUTE_PATH,
  ANY,
  LABEL_SELECTOR,
  LABELS,
  list,
  NAME,
  object,
  optional,
  required,
  TEXT,
} from "./shape_parts.ts";
import { MANIFEST_API, MANIFEST_TYPES, type ManifestKind, type ManifestType } from "./types.ts";
import { MEMBERS } from "./words.ts";

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

/** Shapes that are used more than once. */
export const NAMED_SHAPES: readonly ObjectShape[] = [
  LABEL_SELECTOR,
  BYTE_CODE,
  INTERFACE_SELECTOR,
];

/** Types of namespaced applications: what a tenant may do. */
const NAMESPACED_TYPES: readonly ManifestType[] = ["XDP", "TC", "TCX", "UProbe", "URetProbe"];

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
