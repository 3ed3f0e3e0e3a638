/**
 * Commands that move images, as data.
 *
 * @module
 */
import type { CommandSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT } from "../options.ts";
import { OUTPUT_FILE } from "./bytecode.ts";
import {
  ALL_PLATFORMS,
  ALWAYS_PULL_POLICY,
  IMAGE,
  NO_REFERRERS,
  PLATFORM,
  REGISTRY_AUTH,
  STORED_IMAGES,
} from "./image_options.ts";
import { runLater } from "./run_later.ts";

/** Where a push goes. */
export const DESTINATION: PositionalSpec<"text"> = {
  name: "DESTINATION",
  type: "text",
  summary: "Another name to send it to; the image's own when it is left out",
  isOptional: true,
};

/** Where a copy comes from. */
export const COPY_FROM: PositionalSpec<"text"> = { ...IMAGE, name: "FROM" };

/** Where a copy goes. */
export const COPY_TO: PositionalSpec<"text"> = { ...IMAGE, name: "TO" };

/** A layout to bring into the store. */
export const LAYOUT_PATH: PositionalSpec<"text"> = {
  name: "PATH",
  type: "text",
  summary: "OCI layout: a directory, or a tar archive of one",
};

/** A layout to write. */
export const LAYOUT_OUTPUT = {
  ...OUTPUT_FILE,
  summary: "OCI layout to write: a directory, or a tar archive when it ends in .tar",
} as const;

const PULL: CommandSpec = {
  id: "image-pull",
  paths: ["image pull", "pull"],
  group: "Images",
  summary: "Bring an image into the store",
  description: "Asks once what the name stands for and fetches that by digest. Every byte is " +
    "compared with its digest; a pull that fails leaves nothing behind.",
  examples: [
    { comment: "Fetch an image", command: "bpfman image pull quay.io/net/counter:v1" },
    {
      comment: "Fetch every platform, only when the store lacks it",
      command: "bpfman image pull quay.io/net/counter:v1 --all-platforms -p IfNotPresent",
    },
  ],
  positionals: [IMAGE],
  options: [
    ALWAYS_PULL_POLICY,
    PLATFORM,
    ALL_PLATFORMS,
    REGISTRY_AUTH,
    DATA_DIRECTORY,
    LIST_OUTPUT,
  ],
  permissions: "image-pull",
  load: runLater("../run/image_pull.ts"),
};

const PUSH: CommandSpec = {
  id: "image-push",
  paths: ["image push"],
  group: "Images",
  summary: "Send an image of the store to a registry",
  description: "Sends every platform that the store has, with signatures and BTFs. What the " +
    "registry has already is not sent again.",
  examples: [
    { comment: "Send an image", command: "bpfman image push quay.io/net/counter:v1" },
    {
      comment: "Send it to another registry",
      command: "bpfman image push quay.io/net/counter:v1 registry.example.com/net/counter:v1",
    },
  ],
  positionals: [IMAGE, DESTINATION],
  options: [NO_REFERRERS, REGISTRY_AUTH, DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-copy",
  load: runLater("../run/image_push.ts"),
};

const COPY: CommandSpec = {
  id: "image-copy",
  paths: ["image copy"],
  group: "Images",
  summary: "Copy an image between registries and layouts",
  description: "Copies every platform with signatures and BTFs; the digest stays. The local " +
    "store is not involved.",
  examples: [
    {
      comment: "From one registry to another",
      command: "bpfman image copy quay.io/net/counter:v1 registry.example.com/net/counter:v1",
    },
    {
      comment: "From a registry to the disk",
      command: "bpfman image copy quay.io/net/counter:v1 oci:counter.oci:v1",
    },
  ],
  positionals: [COPY_FROM, COPY_TO],
  options: [NO_REFERRERS, REGISTRY_AUTH, DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-copy",
  load: runLater("../run/image_copy.ts"),
};

const SAVE: CommandSpec = {
  id: "image-save",
  paths: ["image save"],
  group: "Images",
  summary: "Write images of the store to an OCI layout",
  description:
    "Writes a directory, or a tar archive, with signatures and BTFs, for hosts without " +
    "a registry.",
  examples: [{
    comment: "Two images in one archive",
    command: "bpfman image save quay.io/net/counter:v1 quay.io/net/drop:v1 -o images.tar",
  }],
  positionals: [STORED_IMAGES],
  options: [LAYOUT_OUTPUT, NO_REFERRERS, DATA_DIRECTORY],
  permissions: "image-save",
  load: runLater("../run/image_save.ts"),
};

const LOAD: CommandSpec = {
  id: "image-load",
  paths: ["image load"],
  group: "Images",
  summary: "Bring the images of an OCI layout into the store",
  description: "Brings every named image with signatures and BTFs into the store, under the name " +
    "that it was saved with.",
  examples: [{ comment: "From an archive", command: "bpfman image load images.tar" }],
  positionals: [LAYOUT_PATH],
  options: [DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-load",
  load: runLater("../run/image_load.ts"),
};

/** Commands that move images. */
export const IMAGE_MOVE_COMMANDS: readonly CommandSpec[] = [PULL, PUSH, COPY, SAVE, LOAD];
