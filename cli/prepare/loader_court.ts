/**
 * Who decides once more where the object is loaded. Keys and roots are not read again: signatures
 * were verified over the digests that are compared there.
 *
 * @module
 */
import type { Court } from "../../core/admission/court.ts";
import type { Admission } from "../../core/admission/types.ts";
import { ALLOW_UNSIGNED, SIGNER_OPTIONS } from "../commands/trust_options.ts";
import type { GlobalSettings, Host } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { policySettings } from "./court.ts";
import { readPolicy } from "./policy.ts";
import { readRequester } from "./requester.ts";

/** The command that loads. */
export interface LoaderCommand {
  readonly settings: GlobalSettings;
  readonly input: ParsedInput;
  readonly host: Pick<Host, "env">;
}

/**
 * Convenes the court of the process that loads.
 *
 * @param command The command.
 * @param judged What was decided before.
 * @throws {BpfmanError} When the policy cannot be read.
 */
export async function openLoaderCourt(
  { settings, input, host }: LoaderCommand,
  { admission: { source } }: { readonly admission: Admission },
): Promise<Pick<Court, "policy" | "requester">> {
  const isDemanded = SIGNER_OPTIONS.some((spec) => input.some(spec) !== undefined);
  const exception = input.one(ALLOW_UNSIGNED);
  const name = source.kind === "image" ? source.repository : `oci:${source.path}`;
  const policy = await readPolicy(policySettings({ settings }, input), {
    allowed: exception === undefined ? [] : [`${name}@${exception}`],
    // whoever is named there, a signature has to be known
    ...isDemanded ? { demand: { rule: {} } } : {},
  });
  return { policy, requester: readRequester((key) => host.env(key)) };
}
