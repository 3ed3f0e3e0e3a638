/**
 * Verdicts of policies, signatures and the trusted root in JSON.
 *
 * @module
 */
import {
  any,
  boolean,
  either,
  type Infer,
  instant,
  integer,
  list,
  named,
  object,
  orNull,
  text,
  word,
} from "./shape.ts";
import { DESCRIPTOR_FIELDS } from "./words.ts";

const FINGERPRINT = text("SHA-256 of the public key (SubjectPublicKeyInfo), hex", {
  pattern: "^[0-9a-f]{64}$",
});

const KEY_SIGNER = named("KeySigner", {
  kind: word(["key"], "A key"),
  fingerprint: FINGERPRINT,
}, "A key that signed");

/** Who signed. */
export const SIGNER = either([
  KEY_SIGNER,
  named("CertificateSigner", {
    kind: word(["certificate"], "A certificate"),
    subject: text("Whom the certificate names: a mail address or URI"),
    issuer: text("Who vouches for the identity"),
  }, "The owner of a certificate that signed"),
], "Who signed");

/** Where an object comes from, as policies name it. */
export const SOURCE = named("Source", {
  name: text("Repository, file:PATH or oci:PATH"),
  digest: text("Digest of the image or of the file"),
}, "Where an object comes from, as policies name it");

/** What a policy said. */
export const DECISION_FIELDS = {
  allowed: boolean("True when it may be"),
  reason: orNull(text("Why not, null when it is allowed")),
  scope: text("Scope that decided; default when none covers the source"),
  rule: text("Path of the value within the policy"),
  where: text("FILE:LINE, or the name alone when there is no file"),
};

/** Answer of `policy check`. */
export const POLICY_CHECKED = object({
  policy: text("Path of the policy, or what stands for it"),
  built_in: boolean("True for the policy that holds where nobody wrote one"),
  scopes: list(text("Scope"), "Scopes of the policy"),
  warnings: list(
    object({
      line: orNull(integer("Line of the file, from 1; null when there is none")),
      message: text("What is odd"),
    }, "Something odd"),
    "What is odd",
  ),
}, "A policy that was checked");

/** Answer of `policy why`. */
export const POLICY_EXPLAINED = object({
  command: list(text("Word"), "Words of the command"),
  ...DECISION_FIELDS,
  requester: object({
    uid: integer("User id"),
    user: orNull(text("Name of the user, null when unknown")),
  }, "Who asks"),
  source: orNull(SOURCE),
  signer: orNull(SIGNER),
  warnings: list(text("Warning"), "What the user should know"),
  hint: orNull(text("What would help")),
}, "What the policy says of a command");

/** Answer of `image verify`. */
export const IMAGE_VERIFIED = object({
  reference: text("Name of the image, complete"),
  ...DESCRIPTOR_FIELDS,
  stored: boolean("True when it was read from the local store"),
  verdict: word(["signed", "refused", "unsigned"], "Whether somebody trusted signed it"),
  signer: orNull(SIGNER),
  signature: orNull(text("Tag or digest of the signature")),
  predicate: any("Predicate of an attestation, null for a signature"),
  reasons: list(text("Reason"), "Why no signature counts"),
}, "Whether an image is signed");

/** Answer of `image sign`. */
export const IMAGE_SIGNED = object({
  reference: text("Name of the image, complete"),
  ...DESCRIPTOR_FIELDS,
  stored: boolean("True when the signature is in the local store"),
  signer: KEY_SIGNER,
  signature: text("Tag or digest of the signature"),
  new: boolean("False when the signature was there already"),
}, "An image that was signed");

/** Answer of `sign`. */
export const FILE_SIGNED = object({
  file: text("Path of the file"),
  bundle: text("Path of the bundle with the signature"),
  signer: KEY_SIGNER,
}, "A file that was signed");

const ROOT_MEMBER_KINDS = [
  "certificate-authority",
  "certificate-log",
  "transparency-log",
  "time-stamp-authority",
] as const;

/** Answer of `trust show`. */
export const TRUST = object({
  origin: word(["embedded", "update"], "Built into this version, or fetched"),
  mirror: orNull(text("Where it was fetched, null when unknown")),
  date: instant("Of this root"),
  age_days: integer("Days since then", { min: Number.MIN_SAFE_INTEGER }),
  file: orNull(text("Path, null for what is built in")),
  members: list(
    object({
      kind: word(ROOT_MEMBER_KINDS, "What it is"),
      name: text("Address, or name where it has none"),
      from: orNull(instant("Since when it counts")),
      until: orNull(instant("Until when it counts, null while it does")),
    }, "An authority or log"),
    "Authorities and logs",
  ),
}, "The root of trust");

/** Answer of `trust update`. */
export const TRUST_UPDATED = object({
  mirror: orNull(text("Where it was fetched, null when unknown")),
  updated_at: instant("When"),
  changed: boolean("False when it was the newest already"),
}, "An update of the root of trust");

/** A checked policy. */
export type PolicyCheckedJson = Infer<typeof POLICY_CHECKED>;
/** What a policy says of a command. */
export type PolicyExplainedJson = Infer<typeof POLICY_EXPLAINED>;
/** Who signed. */
export type SignerJson = Infer<typeof SIGNER>;
/** Whether an image is signed. */
export type ImageVerifiedJson = Infer<typeof IMAGE_VERIFIED>;
/** An image that was signed. */
export type ImageSignedJson = Infer<typeof IMAGE_SIGNED>;
/** The root of trust. */
export type TrustJson = Infer<typeof TRUST>;
/** An update of the root of trust. */
export type TrustUpdatedJson = Infer<typeof TRUST_UPDATED>;
