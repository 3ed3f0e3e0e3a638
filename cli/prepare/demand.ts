/**
 * Reads from the options who must have signed what is loaded.
 *
 * @module
 */
import type { Demand } from "../../core/admission/court.ts";
import { usageError } from "../../core/errors.ts";
import { readRoot } from "../../core/signature/trust.ts";
import { TRUSTED_ROOT } from "../commands/signature_options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readOptionalRule, readRootFile } from "../signature_rule.ts";

/** Reads from the options who must have signed; undefined when nobody is named. */
export async function readDemand(input: ParsedInput): Promise<Demand | undefined> {
  const rule = readOptionalRule(input);
  const file = readRootFile(input);
  const root = file === undefined ? {} : { root: await readRoot(file.text, file.name) };
  if (rule !== undefined) return { rule, ...root };
  if (file === undefined) return undefined;
  throw usageError(
    `Cannot use --${TRUSTED_ROOT.name}: nobody is named who is trusted under that root`,
    "Give --certificate-identity IDENTITY and --certificate-oidc-issuer URL as well",
  );
}
