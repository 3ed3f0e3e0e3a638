/**
 * What the configuration says of signatures and policy: bpfman's `[signing]`, and `[policy]`.
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import type { SigningSettings } from "../core/policy/without_file.ts";
import type { IdentityRule } from "../core/signature/types.ts";
import { tomlLines } from "./toml_lines.ts";

/** Where the policy is. */
export type PolicyPlace =
  | { readonly kind: "file"; readonly path: string }
  /** A table of the configuration, as JSON. */
  | {
    readonly kind: "inline";
    readonly text: string;
    /** The configuration. */
    readonly name: string;
    readonly lineOf: (path: readonly (string | number)[]) => number;
  };

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readSwitch(table: Table, key: string, path: string): boolean | undefined {
  const value = table[key];
  if (value === undefined || typeof value === "boolean") return value;
  throw usageError(`Cannot use signing.${key} in "${path}": it must be true or false`);
}

/** Words for identities: those of bpfman and of cosign; exact, or a pattern of the whole text. */
const IDENTITY_KEYS: Readonly<Record<string, keyof IdentityRule>> = {
  identity: "subject",
  identity_regexp: "subjectPattern",
  certificate_identity: "subject",
  certificate_identity_regexp: "subjectPattern",
  issuer: "issuer",
  issuer_regexp: "issuerPattern",
  certificate_oidc_issuer: "issuer",
  certificate_oidc_issuer_regexp: "issuerPattern",
};

function checkPattern(key: string, pattern: string, name: string): void {
  if (!key.endsWith("_regexp")) return;
  try {
    new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    throw usageError(`Cannot use ${name}.${key}: it must be a pattern (ECMAScript, flag u)`);
  }
}

function readIdentity(value: unknown, name: string): IdentityRule {
  if (!isTable(value)) throw usageError(`Cannot use ${name}: it must be a table`);
  const parts = Object.entries(value).map(([key, text]) => {
    const part = Object.hasOwn(IDENTITY_KEYS, key) ? IDENTITY_KEYS[key] : undefined;
    if (part === undefined) throw usageError(`Cannot use ${name}: the key "${key}" is unknown`);
    if (typeof text !== "string" || text === "") {
      throw usageError(`Cannot use ${name}.${key}: it must be a text`);
    }
    checkPattern(key, text, name);
    return [part, text] as const;
  });
  const rule: IdentityRule = Object.fromEntries(parts);
  const hasSubject = rule.subject !== undefined || rule.subjectPattern !== undefined;
  const hasIssuer = rule.issuer !== undefined || rule.issuerPattern !== undefined;
  if (hasSubject && hasIssuer) return rule;
  throw usageError(`Cannot use ${name}: identity and issuer must both be given`);
}

/**
 * Reads `[signing]`.
 *
 * @throws {BpfmanError} When a value cannot be: a switch that is misspelt must not be one that is off.
 */
export function readSigning(value: unknown, path: string): SigningSettings | undefined {
  if (value === undefined) return undefined;
  if (!isTable(value)) throw usageError(`Cannot use signing in "${path}": it must be a table`);
  const verifyEnabled = readSwitch(value, "verify_enabled", path);
  const allowUnsigned = readSwitch(value, "allow_unsigned", path);
  const identities = value["trusted_identities"];
  if (identities !== undefined && !Array.isArray(identities)) {
    throw usageError(`Cannot use signing.trusted_identities in "${path}": it must be a list`);
  }
  const trustedIdentities = identities?.map((one, at) =>
    readIdentity(one, `signing.trusted_identities[${at}] in "${path}"`)
  );
  return {
    ...(verifyEnabled === undefined ? {} : { verifyEnabled }),
    ...(allowUnsigned === undefined ? {} : { allowUnsigned }),
    ...(trustedIdentities === undefined ? {} : { trustedIdentities }),
  };
}

/**
 * Reads `[policy]`: the path of a policy file, or the policy itself.
 *
 * @throws {BpfmanError} When it is neither, or both.
 */
export function readPolicyPlace(
  value: unknown,
  { text, path }: { readonly text: string; readonly path: string },
): PolicyPlace | undefined {
  if (value === undefined) return undefined;
  if (!isTable(value)) throw usageError(`Cannot use policy in "${path}": it must be a table`);
  const { path: file, ...inline } = value;
  if (file === undefined) {
    return {
      kind: "inline",
      text: JSON.stringify(inline),
      name: path,
      lineOf: tomlLines(text, "policy"),
    };
  }
  if (typeof file !== "string" || !file.startsWith("/")) {
    throw usageError(`Cannot use policy.path in "${path}": it must be an absolute path`);
  }
  if (Object.keys(inline).length === 0) return { kind: "file", path: file };
  throw usageError(`Cannot use policy in "${path}": give a path or the policy itself, not both`);
}
