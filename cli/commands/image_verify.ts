/**
 * `image verify` and `verify-bundle`, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, OUTPUT } from "../options.ts";
import { IMAGE, PULL_POLICY, REGISTRY_AUTH } from "./image_options.ts";
import { runLater } from "./run_later.ts";
import {
  IDENTITY,
  IDENTITY_PATTERN,
  ISSUER,
  ISSUER_PATTERN,
  KEYS,
  TLOG,
  TRUSTED_ROOT,
} from "./signature_options.ts";

/** A bundle. */
export const BUNDLE: OptionSpec<"text"> = {
  name: "bundle",
  type: "text",
  placeholder: "FILE",
  summary: "The sigstore bundle",
  isRequired: true,
};

/** Another instance of sigstore, which is not built in. */
export const STAGING: OptionSpec<"switch"> = {
  name: "staging",
  type: "switch",
  summary: "Not supported: name the root of that instance with --trusted-root",
};

/** What a bundle signs. */
export const SIGNED_FILE: PositionalSpec<"text"> = {
  name: "FILE_OR_DIGEST",
  type: "text",
  summary: "The signed file, or sha256:DIGEST of it",
};

/** What must be there in place of a signature. */
export const ATTESTATION: OptionSpec<"text"> = {
  name: "attestation",
  type: "text",
  placeholder: "TYPE",
  summary:
    "Demand an attestation of this predicate type, such as https://slsa.dev/provenance/v1, " +
    "in place of a signature",
};

const VERIFY: CommandSpec = {
  id: "image-verify",
  paths: ["image verify"],
  group: "Images",
  summary: "Tell whether an image is signed by somebody trusted",
  description: "Looks at every signature that cosign 2 or 3 left beside the image, and says who " +
    "signed it or why each does not count. The digest that the name stands for must be signed; an " +
    "attestation is no signature. Exit code 0 when one signature is good, 4 when none is. An image " +
    "that is not in the store is looked up in its registry, and nothing is stored.",
  examples: [
    {
      comment: "Signed by a key",
      command: "bpfman image verify quay.io/net/counter:v1 --key cosign.pub",
    },
    {
      comment: "Signed by a person, without a key",
      command: "bpfman image verify quay.io/net/counter:v1 --certificate-identity " +
        "builder@example.com --certificate-oidc-issuer https://accounts.example.com",
    },
    {
      comment: "With provenance that the key signed",
      command: "bpfman image verify quay.io/net/counter:v1 --key cosign.pub " +
        "--attestation https://slsa.dev/provenance/v1",
    },
    {
      comment: "A layout on the disk, for programs",
      command: "bpfman image verify oci:counter.oci:v1 --key cosign.pub -o json",
    },
  ],
  positionals: [IMAGE],
  options: [
    KEYS,
    IDENTITY,
    IDENTITY_PATTERN,
    ISSUER,
    ISSUER_PATTERN,
    ATTESTATION,
    TRUSTED_ROOT,
    TLOG,
    PULL_POLICY,
    REGISTRY_AUTH,
    DATA_DIRECTORY,
    OUTPUT,
  ],
  permissions: "image-verify",
  load: runLater("../run/image_verify.ts"),
};

const VERIFY_BUNDLE: CommandSpec = {
  id: "verify-bundle",
  paths: ["verify-bundle"],
  group: "Other",
  summary: "Verify a file against a sigstore bundle",
  description: "Speaks the protocol of sigstore's conformance tests. Exit code 0 when the " +
    "signature is good, 4 when it is not.",
  examples: [{
    comment: "A file that a key signed",
    command: "bpfman verify-bundle --bundle app.sigstore.json --key cosign.pub app.bpf.o",
  }],
  positionals: [SIGNED_FILE],
  options: [STAGING, BUNDLE, IDENTITY, ISSUER, KEYS, TRUSTED_ROOT, DATA_DIRECTORY],
  permissions: "inspect",
  isHidden: true,
  load: runLater("../run/verify_bundle.ts"),
};

/** Commands on signatures. */
export const SIGNATURE_COMMANDS: readonly CommandSpec[] = [VERIFY, VERIFY_BUNDLE];
