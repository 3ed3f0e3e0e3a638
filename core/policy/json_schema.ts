/**
 * The JSON Schema of policies, made from the shape that the reader checks by: both cannot differ.
 *
 * @module
 */
import { POLICY_SHAPE, type Shape } from "./shape.ts";

/** A JSON Schema. */
export type JsonSchema = { readonly [key: string]: unknown };

/** What the values of some keys are for. */
const SUMMARIES: Readonly<Record<string, string>> = {
  default: "Holds for what no scope covers; what it does not say is rejected",
  scopes: "By registry, repository, repository@digest, file:PATH or oci:PATH; the longest decides",
  trustedRoots: "Files with further trusted roots",
  action: "accept when something is required, else reject",
  require: "All of them must hold",
  keys: "Files with public keys, or the keys themselves (PEM); any one is enough",
  identities: "Owners of certificates; any one is enough",
  subject: "Mail address or URI, exactly",
  subjectPattern: "Regular expression of the whole subject (ECMAScript, flag u)",
  issuer: "Who vouches for the identity, exactly",
  issuerPattern: "Regular expression of the whole issuer (ECMAScript, flag u)",
  tlog: "Whether a transparency log must have an entry",
  attestation: "Predicate type of an attestation that is wanted in place of a signature",
  subjects: "Who may; root when nobody is named",
  users: "Names or ids",
  groups: "Names or ids",
  serviceAccounts: "NAMESPACE/NAME of Kubernetes",
  programs: "What programs may be",
  types: "Types; all when left out",
  helpers: "Classes of helpers; all when left out",
  maxMapBytes: "Most bytes of all maps of the object",
  attach: "Where programs may be attached; * stands for any text",
  interfaces: "Names of interfaces",
  netns: "Paths of network namespaces; the empty text stands for the own one",
  cgroups: "Paths of cgroups",
  targets: "Kernel functions, tracepoints, hooks, binaries",
  priorities: "Least and greatest priority",
};

function withSummary(key: string, schema: JsonSchema): JsonSchema {
  const description = Object.hasOwn(SUMMARIES, key) ? SUMMARIES[key] : undefined;
  return description === undefined ? schema : { description, ...schema };
}

const COUNT: JsonSchema = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "object": {
      const keys = Object.entries(shape.keys);
      const properties = keys.map(([key, inner]) => [key, withSummary(key, schemaOf(inner))]);
      return {
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(properties),
      };
    }
    case "record":
      return { type: "object", additionalProperties: schemaOf(shape.value) };
    case "list": {
      const { length } = shape;
      const bounds = length === undefined ? {} : { minItems: length, maxItems: length };
      return { type: "array", items: schemaOf(shape.item), ...bounds };
    }
    case "word":
      return { enum: [...shape.words] };
    case "name":
      return { anyOf: [{ type: "string" }, COUNT] };
    case "number":
      return COUNT;
    case "boolean":
      return { type: "boolean" };
    case "pattern":
      return { type: "string", format: "regex" };
    case "text":
      return { type: "string" };
  }
}

/** The JSON Schema of policies (draft 2020-12). */
export function policyJsonSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Policy of bpfman",
    description: "Who may load which BPF programs, from where, signed by whom, attached to what",
    ...schemaOf(POLICY_SHAPE),
  };
}
