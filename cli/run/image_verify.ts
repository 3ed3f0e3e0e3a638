/**
 * `image verify`: exit code 4 when no signature of the image is good.
 *
 * @module
 */
import { IMAGE, PULL_POLICY } from "../commands/image_options.ts";
import { ATTESTATION } from "../commands/image_verify.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import { openImages, withProgress } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { verifiedJson, verifiedText } from "../output/signature.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { warnOfOldRoot } from "../old_root.ts";
import { readRootFile, readRule } from "../signature_rule.ts";
import { readRoot } from "../../core/signature/trust.ts";

/** Tells whether an image is signed by somebody trusted. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const rule = readRule(input);
  const root = readRootFile(input);
  // here the name of the file is known, for the message
  if (root !== undefined) await readRoot(root.text, root.name);
  const attestation = input.one(ATTESTATION);
  if (root === undefined) await warnOfOldRoot(context, input, rule);
  using images = await openImages(context, input);
  const verified = await withProgress(context, (options) =>
    images.verify(input.must(IMAGE), {
      rule,
      policy: input.one(PULL_POLICY) ?? "IfNotPresent",
      ...attestation === undefined ? {} : { attestation },
      ...root === undefined ? {} : { root: root.text },
      ...options,
    }));
  await printDocument(context, {
    data: () => verifiedJson(verified),
    text: () => verifiedText(verified),
  });
  return verified.verdict.kind === "signed" ? EXIT_DONE : EXIT_CODES.policy;
}
