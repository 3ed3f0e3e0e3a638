/**
 * Verdicts on signatures, for people and for programs.
 *
 * @module
 */
import type { Signer } from "../../core/signature/types.ts";
import type { ImageVerdict } from "../../core/signature/verify_image.ts";
import type { VerifiedImage } from "../../core/signature/verify_reference.ts";
import { descriptorJson } from "./image_json.ts";
import { pinnedName } from "./image_text.ts";
import type { ImageVerifiedJson, SignerJson } from "../schema/policy.ts";

/** Words of strangers are in names and reasons: a terminal must not obey them. */
function onOneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, "?");
}

/** A signer in words. */
export function signerText(signer: Signer): string {
  if (signer.kind === "key") return `key ${signer.fingerprint}`;
  return onOneLine(`${signer.subject} (issuer ${signer.issuer})`);
}

function verdictLines(verdict: ImageVerdict, isLocal: boolean): string[] {
  switch (verdict.kind) {
    case "signed":
      return [`by: ${signerText(verdict.signer)}`, `signature: ${onOneLine(verdict.where)}`];
    case "refused":
      return verdict.reasons.map(onOneLine);
    case "unsigned":
      return [isLocal ? "no signature is stored with it" : "its registry has no signature of it"];
  }
}

/** A verdict as text: what it is of which digest, then why. */
export function verifiedText({ name, descriptor, isLocal, verdict }: VerifiedImage): string {
  const lines = verdictLines(verdict, isLocal).map((line) => `  ${line}`);
  return [`${verdict.kind}: ${pinnedName(name, descriptor.digest)}`, ...lines, ""].join("\n");
}

/** A signer as plain data. */
function signerJson(signer: Signer): SignerJson {
  return { ...signer };
}

/** A verdict as plain data. */
export function verifiedJson(image: VerifiedImage): ImageVerifiedJson {
  const { name, descriptor, isLocal, verdict } = image;
  const isSigned = verdict.kind === "signed";
  return {
    reference: name,
    ...descriptorJson(descriptor),
    stored: isLocal,
    verdict: verdict.kind,
    signer: isSigned ? signerJson(verdict.signer) : null,
    signature: isSigned ? verdict.where : null,
    predicate: isSigned ? verdict.predicate : null,
    reasons: verdict.kind === "refused" ? verdict.reasons : [],
  };
}
