/**
 * `image sign` and `sign`, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT, OUTPUT } from "../options.ts";
import { IMAGE, PULL_POLICY, REGISTRY_AUTH } from "./image_options.ts";
import { runLater } from "./run_later.ts";
import { PASSWORD_FILE, SIGNING_KEY } from "./signing_options.ts";

/** What is signed. */
export const UNSIGNED_FILE: PositionalSpec<"text"> = {
  name: "FILE",
  type: "text",
  summary: "The file to sign",
};

/** Where the signature goes. */
export const NEW_BUNDLE: OptionSpec<"text"> = {
  name: "bundle",
  type: "text",
  placeholder: "OUT",
  summary: "Sigstore bundle to write",
  defaultText: "FILE.sigstore.json",
};

const SIGN_IMAGE: CommandSpec = {
  id: "image-sign",
  paths: ["image sign"],
  group: "Images",
  summary: "Sign an image with a private key",
  description: "Signs the digest that the name stands for, as cosign 3 does, and stores the " +
    "signature where the image is: in the local store, from where a push takes it along, in the " +
    "layout, or in the registry when the store does not have the image. --pull-policy Always " +
    "signs in the registry. An image that the key signed before is left as it is.",
  examples: [
    {
      comment: "Sign what was built, and send both",
      command: "bpfman image sign quay.io/net/counter:v1 --key cosign.key",
    },
    {
      comment: "Sign in the registry, although the store has the image too",
      command: "bpfman image sign quay.io/net/counter:v1 --key cosign.key -p Always",
    },
  ],
  positionals: [IMAGE],
  options: [SIGNING_KEY, PASSWORD_FILE, PULL_POLICY, REGISTRY_AUTH, DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-sign",
  load: runLater("../run/image_sign.ts"),
};

const SIGN_FILE: CommandSpec = {
  id: "sign",
  paths: ["sign"],
  group: "Other",
  summary: "Sign a file with a private key",
  description: "Writes a sigstore bundle beside the file, as cosign sign-blob does.",
  examples: [{
    comment: "Sign an object; the signature is counter.bpf.o.sigstore.json",
    command: "bpfman sign counter.bpf.o --key cosign.key",
  }],
  positionals: [UNSIGNED_FILE],
  options: [SIGNING_KEY, PASSWORD_FILE, NEW_BUNDLE, OUTPUT],
  permissions: "sign",
  load: runLater("../run/sign_file.ts"),
};

/** Commands that sign. */
export const SIGN_COMMANDS: readonly CommandSpec[] = [SIGN_IMAGE, SIGN_FILE];
