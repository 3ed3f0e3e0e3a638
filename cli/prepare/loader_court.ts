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
 * @param exceptions Digests that may be unsigned. @default those of the options
 * @throws {BpfmanError} When the policy cannot be read.
 */
export async function openLoaderCourt(
  { settings, input, host }: LoaderCommand,
  { admission: { source } }: { readonly admission: Admission },
  exceptions: readonly string[] = input.all(ALLOW_UNSIGNED),
): Promise<Pick<Court, "policy" | "requester">> {
  const isDemanded = SIGNER_OPTIONS.some((spec) => input.some(spec) !== undefined);
  const name = source.kind === "image" ? source.repository : `oci:${source.path}`;
  const policy = await readPolicy(policySettings({ settings }, input), {
    allowed: exceptions.map((digest) => `${name}@${digest}`),
    // whoever is named there, a signature has to be known
    ...isDemanded ? { demand: { rule: {} } } : {},
  });
  return { policy, requester: readRequester((key) => host.env(key)) };
}
