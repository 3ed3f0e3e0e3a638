/**
 * What a build says of its image: provenance, bill of materials, signature. Signed when there is a
 * key, else as plain statements, which tell and prove nothing.
 *
 * @module
 */
import { signStatement } from "../../signature/sign/bundle.ts";
import { readSigningKey, type SigningKey } from "../../signature/sign/private_key.ts";
import { writeBundleReferrer, writeStatementReferrer } from "../../signature/sign/referrer.ts";
import { encodeSignStatement, encodeStatement } from "../../signature/sign/statement.ts";
import { COSIGN_SIGN_PREDICATE } from "../../signature/statement.ts";
import type { BuildRequest, BuiltAttestation, ImageBuilder } from "../api.ts";
import type { NewReferrer } from "../attach_referrers.ts";
import type { Descriptor } from "../types.ts";
import { billOfMaterials, SPDX_PREDICATE } from "./bill_of_materials.ts";
import type { CheckedInput } from "./inputs.ts";
import { PROVENANCE_PREDICATE, provenanceOf } from "./provenance.ts";

const DEFAULT_BUILDER: ImageBuilder = { id: "urn:bpfman:local" };

/** Manifests that say something of the image. */
export interface Attested {
  readonly referrers: readonly NewReferrer[];
  readonly attestations: readonly BuiltAttestation[];
  /** Digest of the signature's manifest, null without a key. */
  readonly signature: string | null;
}

interface Statement {
  readonly predicateType: string;
  readonly payload: Uint8Array<ArrayBuffer>;
}

function statementsOf(
  request: BuildRequest,
  inputs: readonly CheckedInput[],
  { digest }: Descriptor,
): Statement[] {
  const { provenance = false, sbom = false, builder = DEFAULT_BUILDER } = request.attestations ??
    {};
  const statements: Statement[] = [];
  const say = (predicateType: string, predicate: unknown) => {
    statements.push({
      predicateType,
      payload: encodeStatement({ digest, predicateType, predicate }),
    });
  };
  if (provenance) say(PROVENANCE_PREDICATE, provenanceOf(request, inputs, builder));
  if (sbom) say(SPDX_PREDICATE, billOfMaterials(request, inputs, { digest, builder }));
  return statements;
}

async function write(
  { predicateType, payload }: Statement,
  { subject, key, created }: {
    readonly subject: Descriptor;
    readonly key: SigningKey | undefined;
    readonly created: Date;
  },
): Promise<NewReferrer> {
  if (key === undefined) {
    return await writeStatementReferrer({ subject, payload, predicateType, created });
  }
  const bundle = signStatement(payload, key);
  return await writeBundleReferrer({ subject, bundle, predicateType, created });
}

/**
 * Makes what the request wants said of the image.
 *
 * @param request What was asked for.
 * @param inputs The objects.
 * @param subject The image: index or only manifest.
 */
export async function attestBuild(
  request: BuildRequest,
  inputs: readonly CheckedInput[],
  subject: Descriptor,
): Promise<Attested> {
  const text = request.attestations?.key;
  const key = text === undefined ? undefined : await readSigningKey(text);
  const place = { subject, key, created: new Date((request.epoch ?? 0) * 1000) };
  const statements = statementsOf(request, inputs, subject);
  const written = await Promise.all(statements.map((one) => write(one, place)));
  const signature = key === undefined ? undefined : await write({
    predicateType: COSIGN_SIGN_PREDICATE,
    payload: encodeSignStatement(subject.digest),
  }, place);
  return {
    referrers: [...written, ...signature === undefined ? [] : [signature]],
    attestations: written.map(({ manifest }, at) => ({
      predicateType: statements[at]?.predicateType ?? "",
      digest: manifest.descriptor.digest,
      isSigned: key !== undefined,
    })),
    signature: signature?.manifest.descriptor.digest ?? null,
  };
}
