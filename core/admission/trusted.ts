/**
 * Reads the keys and roots that a policy names. Apart from the rest, as it brings the libraries of
 * signatures along, which most loads do not need.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { LoadedPolicy } from "../policy/types.ts";
import { checkRule, readRoot } from "../signature/trust.ts";
import type { TrustedRoot } from "../signature/trusted_root.ts";
import type { SignatureRule } from "../signature/types.ts";
import { type Court, policyPath } from "./court.ts";

export { readRoot } from "../signature/trust.ts";

/** Most bytes of a file with a key or a root. */
const LIMIT = 4 * 1024 * 1024;

function readText(path: string, policy: string, what: string): string {
  try {
    const { size, isFile } = Deno.statSync(path);
    if (!isFile || size > LIMIT) {
      throw new TypeError(`Cannot use "${path}": it is no file of that kind`);
    }
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const isMissing = cause instanceof Deno.errors.NotFound;
    throw new BpfmanError(
      `Cannot read the ${what} "${path}" that the policy "${policy}" names` +
        (isMissing ? ": it does not exist" : ""),
      { code: "policy-file-missing", kind: ErrorKind.POLICY, ...isMissing ? {} : { cause } },
    );
  }
}

/**
 * The rule with the texts of its keys; a policy names files, or holds the key itself.
 *
 * @throws {BpfmanError} When a key cannot be read, or is none.
 */
export function withKeys(policy: LoadedPolicy, rule: SignatureRule): SignatureRule {
  const keys = (rule.keys ?? []).map((key) =>
    key.includes("-----BEGIN") ? key : readText(policyPath(policy, key), policy.name, "key")
  );
  const complete = { ...rule, keys };
  checkRule(complete);
  return complete;
}

/** The roots that count for a policy's own requirements. */
export async function rootsOf({ policy, demand }: Court): Promise<readonly TrustedRoot[]> {
  // with a policy file, a root of the command line must not widen what that file trusts
  if (policy.isBuiltIn === true && demand?.root !== undefined) return [demand.root];
  const roots = [await readRoot()];
  for (const file of policy.policy.trustedRoots ?? []) {
    const path = policyPath(policy, file);
    roots.push(await readRoot(readText(path, policy.name, "trusted root"), path));
  }
  return roots;
}
