/**
 * `sign`.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import { signBytes } from "../../core/signature/sign/bundle.ts";
import { readSigningKey } from "../../core/signature/sign/private_key.ts";
import { NEW_BUNDLE, UNSIGNED_FILE } from "../commands/image_sign.ts";
import { SIGNING_KEY } from "../commands/signing_options.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input_file.ts";
import { printDocument } from "../output/document.ts";
import { writeOutputFile } from "../output_file.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readKeyToSign } from "../signing_key.ts";

const FILE_LIMIT = 256 * 1024 * 1024;

/** Signs a file and writes the bundle beside it. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const key = await readSigningKey(readKeyToSign(context, input, input.must(SIGNING_KEY)));
  const { name, bytes } = readInputFile(input.must(UNSIGNED_FILE), FILE_LIMIT);
  if (bytes.length >= FILE_LIMIT) {
    throw new BpfmanError(`Cannot sign "${name}": it has more than ${FILE_LIMIT - 1} bytes`, {
      code: "file-unreadable",
    });
  }
  const bundle = input.one(NEW_BUNDLE) ?? `${name}.sigstore.json`;
  writeOutputFile(bundle, signBytes(bytes, key));
  const fingerprint = key.fingerprint.toHex();
  await printDocument(context, {
    data: () => ({ file: name, bundle, signer: { kind: "key", fingerprint } }),
    text: () => `signed: ${name}\n  by: key ${fingerprint}\n  bundle: ${bundle}\n`,
  });
}
