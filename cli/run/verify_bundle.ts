/**
 * `verify-bundle`: exit code 4 when the signature is not good.
 *
 * @module
 */
import { BpfmanError, ErrorKind, usageError } from "../../core/errors.ts";
import type { Artifact } from "../../core/signature/bundle.ts";
import { currentRoot } from "../../core/signature/root/current.ts";
import { readRoot } from "../../core/signature/trust.ts";
import { SignatureError } from "../../core/signature/types.ts";
import { verifyFile } from "../../core/signature/verify_file.ts";
import { BUNDLE, SIGNED_FILE, STAGING } from "../commands/image_verify.ts";
import type { CommandContext } from "../context.ts";
import { trustDirectory } from "../data_directory.ts";
import { readInputFile } from "../input_file.ts";
import { signerText } from "../output/signature.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { warnOfOldRoot } from "../old_root.ts";
import { readRootFile, readRule } from "../signature_rule.ts";

const BUNDLE_LIMIT = 16 * 1024 * 1024;
const FILE_LIMIT = 256 * 1024 * 1024;

/** True when a path is taken; what cannot be looked at is left to the reading of it. */
function isPath(name: string): boolean {
  try {
    Deno.lstatSync(name);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** A digest where it looks like one and no file has that name; else the file. */
function readArtifact(text: string): Artifact {
  const digest = /^sha256:([0-9a-fA-F]{64})$/.exec(text)?.[1];
  if (digest !== undefined && !isPath(text)) return { digest: Uint8Array.fromHex(digest) };
  const { bytes } = readInputFile(text, FILE_LIMIT);
  if (bytes.length < FILE_LIMIT) return { bytes };
  throw new BpfmanError(`Cannot read "${text}": it has more than ${FILE_LIMIT - 1} bytes`, {
    code: "file-unreadable",
    hint: "Give its digest: sha256:DIGEST",
  });
}

/** Verifies a file against a bundle. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  if (input.has(STAGING)) {
    throw usageError(
      "Cannot use --staging: the root of sigstore's staging instance is not built in",
      "Give its trusted_root.json with --trusted-root FILE, without --staging",
    );
  }
  const rule = readRule(input);
  const file = readRootFile(input);
  const root = file === undefined
    ? (await currentRoot(trustDirectory(context, input))).root
    : await readRoot(file.text, file.name);
  if (file === undefined) await warnOfOldRoot(context, input, rule);
  const name = input.must(SIGNED_FILE);
  const bundlePath = input.must(BUNDLE);
  const bundle = new TextDecoder().decode(readInputFile(bundlePath, BUNDLE_LIMIT).bytes);
  const artifact = readArtifact(name);
  try {
    const signer = verifyFile({ bundle, artifact, rule, root });
    context.terminal.out(`verified: ${name}\n  by: ${signerText(signer)}\n`);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new BpfmanError(`Cannot verify "${name}" by "${bundlePath}": ${error.reason}`, {
      code: "signature-refused",
      kind: ErrorKind.POLICY,
    });
  }
}
