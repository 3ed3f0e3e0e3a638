/**
 * What was decided about a load before any privilege is used, as plain data that crosses from the
 * process that decides to the one that loads.
 *
 * @module
 */
import type { Decision, SourceFacts } from "../policy/types.ts";
import type { Signer } from "../signature/types.ts";
import type { LoadRequest } from "../types.ts";

/** Why an object may be loaded. */
export interface Admission {
  /** Where it came from. */
  readonly source: SourceFacts;
  /** `sha256:…` of the object's bytes. */
  readonly objectDigest: string;
  /** Who signed; null when no signature was demanded. */
  readonly signer: Signer | null;
  /** What the policy said. */
  readonly decision: Decision;
  /** What the user should know. */
  readonly warnings: readonly string[];
}

/** What is known of an object that may not be loaded, or not be attached. */
export interface RefusedLoad {
  /** Where it came from. */
  readonly source: SourceFacts;
  /** `sha256:…` of the object's bytes; null when they were not even fetched. */
  readonly objectDigest: string | null;
  /** Who signed; null when nobody is known. */
  readonly signer: Signer | null;
  /** What the policy said. */
  readonly decision: Decision;
}

/** A load that may happen: every byte is in it, nothing is read again. */
export interface PreparedLoad {
  /** The request with its bytes (`bytes` of a file, `image.bytes` of an image). */
  readonly load: LoadRequest;
  /** Why it may. */
  readonly admission: Admission;
}

/** The load of an application's object that may happen. */
export interface PreparedApplication extends PreparedLoad {
  /** The application. */
  readonly name: string;
  /** Digests that the command line let in, which the policy does not. */
  readonly allowedUnsigned: readonly string[];
}
