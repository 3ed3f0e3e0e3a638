/**
 * What the configuration file may hold, as data: the reader checks by it, and the JSON Schema is made
 * of it.
 *
 * @module
 */
import { ENGINE_CHOICES } from "../core/chain/model.ts";
import type { IdentityRule } from "../core/signature/types.ts";
import { any, boolean, either, integer, type Shape, text, word } from "./schema/shape.ts";

/** A key of a table. */
export interface ConfigKey {
  readonly shape: Shape;
  /** What its value must be, in words. */
  readonly wanted: string;
}

/** Keys of a table. */
export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** A file of the audit log that takes fewer bytes would be full with its first entry. */
const LEAST_AUDIT_SIZE = 4096;

const SWITCH = "true or false";
const ABSOLUTE = "an absolute path";

function key(wanted: string, shape: Shape): ConfigKey {
  return { shape, wanted };
}

/** A key of bpfman's that has no effect here. */
const UNUSED: ConfigKey = key("anything", any("bpfman's; without effect here"));

/** Tables with known keys. */
export const CONFIG_TABLES = {
  chain: {
    engine: key(
      `one of ${ENGINE_CHOICES.join(", ")}`,
      word(ENGINE_CHOICES, "What runs several programs on one hook that has none yet"),
    ),
  },
  maps: {
    group: key(
      "a name or a number",
      either([
        text("Name of the group", { pattern: "[^]" }),
        integer("Id of the group"),
      ], "Group that may use pinned maps"),
    ),
    mode: key(
      'octal, such as "0640"',
      either([
        text("Octal, such as 0640", { pattern: "^0?[0-7]{3}$" }),
        integer("Bits, such as 0o640", { max: 0o777 }),
      ], "Permissions of pinned maps"),
    ),
  },
  signing: {
    allow_unsigned: key(SWITCH, boolean("Let unsigned images in, with a warning")),
    verify_enabled: key(SWITCH, boolean("False switches the judgement of signatures off")),
    trusted_identities: key("a list", {
      kind: "list",
      item: any("Owner of certificates that are trusted"),
      description: "Owners of certificates that are trusted; any one is enough",
    }),
  },
  logging: { level: UNUSED, format: UNUSED, components: UNUSED },
  audit: {
    required: key(SWITCH, boolean("Change nothing that cannot be written down first")),
    file: key(
      "the absolute path of a file",
      text("Path of the audit log", { pattern: "^/.*[^/]$" }),
    ),
    max_size: key(
      `a whole number of bytes from ${LEAST_AUDIT_SIZE} on`,
      integer("Bytes from which the next entry begins a new file", { min: LEAST_AUDIT_SIZE }),
    ),
  },
  database: { max_retries: UNUSED, millisec_delay: UNUSED },
} as const satisfies Readonly<Record<string, ConfigKeys>>;

/** Keys of the table of each registry, by host and port. */
export const REGISTRY_KEYS: ConfigKeys = {
  insecure: key(SWITCH, boolean("Talk HTTP to it")),
  ca_file: key(ABSOLUTE, text("Authorities that vouch for it (PEM)", { pattern: "^/" })),
};

/** The key of `[policy]` that names a file, in place of the policy itself. */
export const POLICY_KEYS: ConfigKeys = {
  path: key(ABSOLUTE, text("Path of the policy file", { pattern: "^/" })),
};

/** Tables whose keys are names that users choose. */
export const FREE_TABLES = ["interfaces", "policy", "registries"] as const;

/** Words for identities: those of bpfman and of cosign; exact, or a pattern of the whole text. */
export const IDENTITY_KEYS: Readonly<Record<string, keyof IdentityRule>> = {
  identity: "subject",
  identity_regexp: "subjectPattern",
  certificate_identity: "subject",
  certificate_identity_regexp: "subjectPattern",
  issuer: "issuer",
  issuer_regexp: "issuerPattern",
  certificate_oidc_issuer: "issuer",
  certificate_oidc_issuer_regexp: "issuerPattern",
};
