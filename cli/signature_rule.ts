/**
 * Reads from the options who must have signed.
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import { checkKey } from "../core/signature/trust.ts";
import type { IdentityRule, SignatureRule } from "../core/signature/types.ts";
import {
  IDENTITY,
  IDENTITY_PATTERN,
  ISSUER,
  ISSUER_PATTERN,
  KEYS,
  TLOG,
  TRUSTED_ROOT,
} from "./commands/signature_options.ts";
import { readInputFile } from "./input_file.ts";
import type { ParsedInput } from "./parsed_input.ts";

/** Most bytes of keys and roots; more cannot be one. */
const LIMIT = 4 * 1024 * 1024;

function readText(path: string): string {
  return new TextDecoder().decode(readInputFile(path, LIMIT).bytes);
}

function readKeyFile(path: string): string {
  const text = readText(path);
  checkKey(text, path);
  return text;
}

/** The identity that is named, undefined when none is. */
function readIdentity(input: ParsedInput): IdentityRule | undefined {
  const subject = input.one(IDENTITY);
  const subjectPattern = input.one(IDENTITY_PATTERN);
  const issuer = input.one(ISSUER);
  const issuerPattern = input.one(ISSUER_PATTERN);
  const hasSubject = subject !== undefined || subjectPattern !== undefined;
  const hasIssuer = issuer !== undefined || issuerPattern !== undefined;
  if (!hasSubject && !hasIssuer) return undefined;
  if (!hasSubject || !hasIssuer) {
    const { name } = hasSubject ? ISSUER : IDENTITY;
    throw usageError(
      `Missing option --${name}: whoever vouches for an identity decides whose it is`,
      "Give --certificate-identity and --certificate-oidc-issuer together",
    );
  }
  return {
    ...subject === undefined ? {} : { subject },
    ...subjectPattern === undefined ? {} : { subjectPattern },
    ...issuer === undefined ? {} : { issuer },
    ...issuerPattern === undefined ? {} : { issuerPattern },
  };
}

/**
 * Reads who must have signed.
 *
 * @returns The rule; undefined when nobody is named.
 * @throws {BpfmanError} When a key is none, or an identity lacks its issuer.
 */
export function readOptionalRule(input: ParsedInput): SignatureRule | undefined {
  const identity = readIdentity(input);
  const paths = input.all(KEYS);
  if (identity === undefined && paths.length === 0) return undefined;
  const tlog = input.one(TLOG);
  return {
    keys: paths.map(readKeyFile),
    identities: identity === undefined ? [] : [identity],
    ...tlog === undefined ? {} : { tlog: tlog === "required" },
  };
}

/**
 * Reads who must have signed.
 *
 * @throws {BpfmanError} When nobody is named, or a key is none.
 */
export function readRule(input: ParsedInput): SignatureRule {
  const rule = readOptionalRule(input);
  if (rule !== undefined) return rule;
  throw usageError(
    "Cannot verify a signature: nobody is named who is trusted",
    "Give --key FILE, or --certificate-identity IDENTITY and --certificate-oidc-issuer URL",
  );
}

/** A trusted root with the name of its file. */
export interface RootFile {
  readonly name: string;
  readonly text: string;
}

/** The trusted root that is named, undefined when none is. */
export function readRootFile(input: ParsedInput): RootFile | undefined {
  const name = input.one(TRUSTED_ROOT);
  return name === undefined ? undefined : { name, text: readText(name) };
}
