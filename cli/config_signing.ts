/**
 * What the configuration says of signatures and policy: bpfman's `[signing]`, and `[policy]`.
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import type { SigningSettings } from "../core/policy/without_file.ts";
import type { IdentityRule } from "../core/signature/types.ts";
import { checkedTable, isTable } from "./config_check.ts";
import { CONFIG_TABLES, IDENTITY_KEYS, POLICY_KEYS } from "./config_table.ts";
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
  const table = checkedTable(value, { name: "signing", path, keys: CONFIG_TABLES.signing });
  if (table === undefined) return undefined;
  const { verify_enabled: verify, allow_unsigned: allow, trusted_identities: identities } = table;
  const trustedIdentities = Array.isArray(identities)
    ? identities.map((one, at) =>
      readIdentity(one, `signing.trusted_identities[${at}] in "${path}"`)
    )
    : undefined;
  return {
    ...(typeof verify === "boolean" ? { verifyEnabled: verify } : {}),
    ...(typeof allow === "boolean" ? { allowUnsigned: allow } : {}),
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
  const table = checkedTable(value, { name: "policy", path, keys: POLICY_KEYS });
  if (table === undefined) return undefined;
  const { path: file, ...inline } = table;
  if (file === undefined) {
    return {
      kind: "inline",
      text: JSON.stringify(inline),
      name: path,
      lineOf: tomlLines(text, "policy"),
    };
  }
  if (Object.keys(inline).length === 0) return { kind: "file", path: String(file) };
  throw usageError(`Cannot use policy in "${path}": give a path or the policy itself, not both`);
}
