/**
 * What applications and options say of a load, for the process that reads objects and for the one
 * that loads them.
 *
 * @module
 */
import type { Admission } from "../../core/admission/types.ts";
import type { DesiredApplication } from "../../core/declared/types.ts";
import { parseLocation } from "../../core/image/reference.ts";
import type { LoadSettings } from "../../core/types.ts";
import { ALLOW_UNSIGNED, SIGNER_OPTIONS } from "../commands/trust_options.ts";
import type { WantedApplication } from "../declared/wish.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** What a load of an application is told besides its object. */
export function settingsOf(
  { name, labels, programs, globals }: DesiredApplication,
): LoadSettings {
  return {
    programs: programs.map(({ name, type, attachFunction }) => ({
      name,
      type,
      ...(attachFunction === undefined ? {} : { attachFunction }),
    })),
    globals: Object.fromEntries(
      Object.entries(globals).map(([name, value]) => [name, Uint8Array.fromBase64(value)]),
    ),
    metadata: labels,
    application: name,
  };
}

/** Digests that may be unsigned for an application: of the command, and of its generation. */
export function exceptionsOf(
  { former }: Pick<WantedApplication, "former">,
  input: ParsedInput,
): readonly string[] {
  return [...new Set([...input.all(ALLOW_UNSIGNED), ...former?.object.allowedUnsigned ?? []])];
}

/**
 * Digests that this command lets in and the policy alone would not: so that a restore, which has no
 * options, lets in this very content and no other.
 */
export function allowedBy(
  wanted: Pick<WantedApplication, "former">,
  input: ParsedInput,
  { source }: Pick<Admission, "source">,
): readonly string[] {
  if (source.kind === "file") return [];
  const isNamed = exceptionsOf(wanted, input).includes(source.digest);
  const isDemanded = SIGNER_OPTIONS.some((spec) => input.some(spec) !== undefined);
  return isNamed || isDemanded ? [source.digest] : [];
}

/** The name of an image with the digest that was judged. */
export function pinnedName(url: string, digest: string): string {
  const location = parseLocation(url);
  if (location.kind !== "registry") return `${location.kind}:${location.path}@${digest}`;
  return location.reference.digest === undefined ? `${url}@${digest}` : url;
}
