/**
 * The trusted root: certificate authorities, logs and time stamp authorities that signatures are
 * checked against, in sigstore's own JSON form.
 *
 * @module
 */
import { TrustedRoot } from "npm:@sigstore/protobuf-specs@0.5.2";
import { refused } from "./types.ts";

export type { TrustedRoot };

/** A root that trusts nobody: enough for signatures by plain keys. */
export function emptyRoot(): TrustedRoot {
  return TrustedRoot.fromJSON({
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  });
}

/**
 * Reads a trusted root. A log without a begin of its validity would be taken as valid at all times by
 * the library, so that it is refused here.
 *
 * @param text Content of `trusted_root.json`.
 * @throws {SignatureError} When it is not a trusted root.
 */
export function readTrustedRoot(text: string): TrustedRoot {
  let root: TrustedRoot;
  try {
    root = TrustedRoot.fromJSON(JSON.parse(text));
  } catch (cause) {
    throw refused("the trusted root cannot be read: it is not sigstore's JSON form", cause);
  }
  if (!/^application\/vnd\.dev\.sigstore\.trustedroot/.test(root.mediaType)) {
    throw refused(
      `the trusted root cannot be read: its media type is "${root.mediaType}"`,
    );
  }
  for (const { baseUrl, publicKey } of [...root.tlogs, ...root.ctlogs]) {
    if (publicKey?.validFor?.start === undefined) {
      throw refused(
        `the trusted root cannot be used: the log "${baseUrl}" has no begin of its validity`,
      );
    }
  }
  return root;
}
