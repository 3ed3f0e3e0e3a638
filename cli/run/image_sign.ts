/**
 * `image sign`.
 *
 * @module
 */
import { IMAGE, PULL_POLICY } from "../commands/image_options.ts";
import { SIGNING_KEY } from "../commands/signing_options.ts";
import type { CommandContext } from "../context.ts";
import { readEpoch } from "../epoch.ts";
import { openImages, withProgress } from "../images.ts";
import { printDocument } from "../output/document.ts";
import { signedJson, signedText } from "../output/signed.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readKeyToSign } from "../signing_key.ts";

/** Signs an image, and prints what was signed and where the signature is. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const key = readKeyToSign(context, input, input.must(SIGNING_KEY));
  const epoch = readEpoch(context);
  using images = await openImages(context, input);
  const signed = await withProgress(context, (options) =>
    images.sign(input.must(IMAGE), {
      key,
      policy: input.one(PULL_POLICY) ?? "IfNotPresent",
      ...epoch === undefined ? {} : { created: new Date(epoch * 1000) },
      ...options,
    }));
  const isStored = signed.isLocal && images.locate(signed.name).kind === "registry";
  await printDocument(context, {
    data: () => signedJson(signed),
    text: () => signedText(signed, isStored),
    names: () => [`image/${signed.name}`],
  });
}
