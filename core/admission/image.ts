/**
 * Lets an image in: its name is resolved once, that very digest is judged, and everything is fetched
 * by digest afterwards.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { FoundManifest, ImageObject, Images, ObjectOptions } from "../image/api.ts";
import { digestOf } from "../image/digest.ts";
import { decideSignatures, decideSource, type SourceDecision } from "../policy/decide.ts";
import type { Decision, SourceFacts } from "../policy/types.ts";
import { countSignatures } from "../signature/discover.ts";
import type { Signer } from "../signature/types.ts";
import type { ImageVerdict } from "../signature/verify_image.ts";
import type { LoadSettings } from "../types.ts";
import { canonicalName } from "./canonical_name.ts";
import type { Court } from "./court.ts";
import { judgeObject } from "./judge_object.ts";
import { type PolicyError, policyRefusal, unsignedRefusal } from "./refusal.ts";
import {
  isForgiven,
  type SignatureCheck,
  signerOf,
  verifyDemand,
  verifyRequirements,
} from "./signatures.ts";
import type { PreparedLoad } from "./types.ts";

/** An image that is to be loaded. */
export interface ImageCandidate {
  /** Its name, as it was typed. */
  readonly name: string;
  readonly settings: LoadSettings;
  /** Pull policy, kernel, progress. */
  readonly options?: Omit<ObjectOptions, "admit">;
  /** The words of the command, for the hint of a refusal. */
  readonly words?: readonly string[];
}

/** What was found out about an image by its digest. */
export interface JudgedImage {
  readonly source: SourceFacts;
  readonly decision: Decision;
  readonly signer: Signer | null;
  readonly warnings: readonly string[];
}

/** What policies know of an image. */
function imageSource({ location, descriptor }: FoundManifest): SourceFacts {
  const { digest } = descriptor;
  if (location.kind !== "registry") return { kind: "layout", path: location.path, digest };
  const { registry, repository } = location.reference;
  return { kind: "image", repository: `${registry}/${repository}`, digest };
}

function checkOf({ source, descriptor }: FoundManifest): SignatureCheck {
  return async (question) => {
    // named by a value, see file.ts
    const verifier = "../signature/verify_image.ts";
    const { verifyImage }: typeof import("../signature/verify_image.ts") = await import(verifier);
    return await verifyImage({ source, subject: descriptor, ...question });
  };
}

/** Judges one image, and what belongs to it, by the digests that its names were resolved to. */
class ImageJudge {
  readonly #court: Court;
  readonly #candidate: Pick<ImageCandidate, "name" | "words">;
  #judged: JudgedImage | undefined;
  #asked: SourceDecision | undefined;
  readonly #notes: string[] = [];

  constructor(court: Court, candidate: Pick<ImageCandidate, "name" | "words">) {
    this.#court = court;
    this.#candidate = candidate;
  }

  /** To be handed to whoever fetches. */
  readonly admit = async (found: FoundManifest): Promise<boolean> => {
    if (found.role === "btf") return await this.#admitBtf(found);
    this.#judged = await this.#judge(found);
    return true;
  };

  /** What was found out about the image that was fetched. */
  resultFor({ digest }: Pick<ImageObject, "digest">): JudgedImage {
    const judged = this.#judged;
    if (judged !== undefined && judged.source.digest === digest) {
      return { ...judged, warnings: [...judged.warnings, ...this.#notes] };
    }
    throw new BpfmanError(
      `Cannot load "${this.#candidate.name}": ${digest} was fetched, and ` +
        `${judged?.source.digest ?? "nothing"} was judged`,
      { code: "image-digest-mismatch", kind: ErrorKind.NETWORK },
    );
  }

  async #judge(found: FoundManifest): Promise<JudgedImage> {
    const { policy, requester } = this.#court;
    const source = imageSource(found);
    const asked = decideSource(policy, requester, source);
    this.#asked = asked;
    if (!asked.allowed) throw await this.#refusal(found, source, asked);
    const check = checkOf(found);
    const verdicts = await verifyRequirements(this.#court, asked.requirements, check);
    const decision = decideSignatures(policy, source, verdicts);
    if (!isForgiven(asked.isLenient, decision, verdicts)) {
      throw await this.#refusal(found, source, decision);
    }
    const demanded = await verifyDemand(this.#court, { ...this.#candidate, source }, check);
    const isUnsigned = verdicts.every(({ kind }) => kind !== "signed") && demanded === null;
    const warnings = asked.isLenient && isUnsigned ? [this.#unsignedNote(source)] : [];
    return {
      source,
      decision: { ...decision, allowed: true, reason: "" },
      signer: demanded ?? signerOf(asked.requirements, verdicts),
      warnings,
    };
  }

  #unsignedNote({ digest }: SourceFacts): string {
    return `"${this.#candidate.name}" (${digest}) is let in without a signature that counts`;
  }

  /** Tells what is not signed from what may not be used at all. */
  async #refusal(
    found: FoundManifest,
    source: SourceFacts,
    decision: Decision,
  ): Promise<PolicyError> {
    const { policy, requester } = this.#court;
    const { name, words } = this.#candidate;
    const mayHelp = policy.isBuiltIn !== true || requester.uid === 0;
    const isAboutSubject = decision.rule.endsWith("subjects") ||
      decideSource(policy, requester, source).reason.includes(" may not load from ");
    if (isAboutSubject || !mayHelp) {
      return policyRefusal(`Cannot load "${name}"`, decision, { source });
    }
    return unsignedRefusal({
      name,
      source,
      policy,
      decision,
      signatures: await countSignatures(found.source, found.descriptor),
      ...words === undefined ? {} : { words },
    });
  }

  /** A BTF goes by the rules of its image: where that must be signed, so must the BTF. */
  async #admitBtf(found: FoundManifest): Promise<boolean> {
    const requirements = (this.#asked?.requirements ?? [])
      .filter(({ attestation }) => attestation === undefined);
    const { demand } = this.#court;
    if (requirements.length === 0 && demand === undefined) return true;
    const all = requirements.length > 0 ? requirements : demand === undefined ? [] : [demand.rule];
    const verdicts: ImageVerdict[] = await verifyRequirements(this.#court, all, checkOf(found));
    if (verdicts.every(({ kind }) => kind === "signed")) return true;
    this.#notes.push(
      `the BTF ${found.descriptor.digest} that comes with "${found.name}" is not signed, and so ` +
        "not used",
    );
    return false;
  }
}

/**
 * Lets an image in, or refuses it.
 *
 * @param court Policy, requester, demands of the command.
 * @param images Store and registries.
 * @param candidate The image, and what is to be loaded of it.
 * @returns The load with every byte in it.
 * @throws {BpfmanError} When the policy refuses, or something cannot be read.
 */
export async function admitImage(
  court: Court,
  images: Pick<Images, "locate" | "object">,
  candidate: ImageCandidate,
): Promise<PreparedLoad> {
  const { name, settings, options = {} } = candidate;
  const judge = new ImageJudge(court, candidate);
  const canonical = canonicalName(images, name);
  const fetched = await images.object(canonical, { ...options, admit: judge.admit });
  const judged = judge.resultFor(fetched);
  const objectDigest = await digestOf(fetched.bytes as Uint8Array<ArrayBuffer>);
  if (objectDigest !== fetched.objectDigest) {
    throw new BpfmanError(`Cannot load "${name}": its object is not what the digest says`, {
      code: "image-digest-mismatch",
      kind: ErrorKind.NETWORK,
    });
  }
  const image = canonical === name ? fetched : { ...fetched, reference: name };
  const load = { image, ...settings, origin: judged.source };
  await judgeObject(court, { load, ...judged, objectDigest });
  return { load, admission: { ...judged, objectDigest } };
}
