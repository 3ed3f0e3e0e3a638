/**
 * The JSON Schema of the configuration file, made from the table that its reader checks by.
 *
 * @module
 */
import { policyJsonSchema } from "../../core/policy/json_schema.ts";
import {
  CONFIG_TABLES,
  type ConfigKeys,
  IDENTITY_KEYS,
  POLICY_KEYS,
  REGISTRY_KEYS,
} from "../config_table.ts";
import { type JsonSchema, schemaOf } from "./json_schema.ts";

const SUMMARIES: Readonly<Record<string, string>> = {
  chain: "Several programs on one hook",
  maps: "Who may use pinned maps besides root",
  signing: "What bpfman's switches say of signatures; without effect where there is a policy",
  logging: "bpfman's; without effect here",
  audit: "The audit log",
  database: "bpfman's; without effect here",
};

function place(name: string): string {
  throw new TypeError(`Cannot refer to "${name}": the configuration stands alone`);
}

function tableSchema(keys: ConfigKeys, description?: string): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(keys).map(([name, { shape }]) => [name, schemaOf(shape, place)]),
    ),
  };
}

/** At least one of the words for a part of an identity. */
function someOf(part: string): JsonSchema {
  const words = Object.entries(IDENTITY_KEYS).filter(([, known]) => known.startsWith(part));
  return { anyOf: words.map(([word]) => ({ required: [word], properties: { [word]: true } })) };
}

function identitySchema(): JsonSchema {
  const texts = Object.keys(IDENTITY_KEYS).map((word) => {
    const isPattern = word.endsWith("_regexp");
    return [word, { type: "string", minLength: 1, ...(isPattern ? { format: "regex" } : {}) }];
  });
  return {
    description: "Owner of certificates that are trusted",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(texts),
    allOf: [someOf("subject"), someOf("issuer")],
  };
}

function signingSchema(): JsonSchema {
  const schema = tableSchema(CONFIG_TABLES.signing, SUMMARIES["signing"]);
  const { properties } = schema;
  const { description } = CONFIG_TABLES.signing.trusted_identities.shape;
  const identities = { description, type: "array", items: identitySchema() };
  return { ...schema, properties: { ...Object(properties), trusted_identities: identities } };
}

function policySchema(): JsonSchema {
  const { $schema: _dialect, title: _title, ...inline } = policyJsonSchema();
  const file = tableSchema(POLICY_KEYS, "A policy in a file of its own");
  return {
    description: "Who may load what: the path of a policy, or the policy itself",
    anyOf: [{ ...file, required: Object.keys(POLICY_KEYS) }, inline],
  };
}

/** The JSON Schema of the configuration (draft 2020-12), for the values that TOML has. */
export function configJsonSchema(): JsonSchema {
  const tables = Object.entries(CONFIG_TABLES).map(([name, keys]) =>
    [name, tableSchema(keys, SUMMARIES[name])] as const
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of bpfman",
    description: "The file /etc/bpfman/bpfman.toml, and what --config names",
    type: "object",
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(tables),
      signing: signingSchema(),
      interfaces: { description: "bpfman's; without effect here", type: "object" },
      policy: policySchema(),
      registries: {
        description: "Settings of registries by host and port",
        type: "object",
        additionalProperties: tableSchema(REGISTRY_KEYS),
      },
    },
  };
}
