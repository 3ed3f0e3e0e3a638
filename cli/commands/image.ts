/**
 * Commands on images of the store, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT, OUTPUT, WIDE } from "../options.ts";
import { IMAGE_BUILD_COMMANDS } from "./image_build.ts";
import { IMAGE_MOVE_COMMANDS } from "./image_move.ts";
import { IMAGE, PLATFORM, PULL_POLICY, REGISTRY_AUTH, STORED_IMAGES } from "./image_options.ts";
import { SIGN_COMMANDS } from "./image_sign.ts";
import { SIGNATURE_COMMANDS } from "./image_verify.ts";
import { runLater } from "./run_later.ts";

/** Digests only. */
export const DIGESTS_ONLY: OptionSpec<"switch"> = {
  name: "quiet",
  short: "q",
  type: "switch",
  summary: "Only digests, one a line",
};

/** Also what is in use. */
export const FORCE: OptionSpec<"switch"> = {
  name: "force",
  type: "switch",
  summary: "Remove it although loaded programs came from it; they stay loaded",
};

/** Also what has a name. */
export const ALL_UNUSED: OptionSpec<"switch"> = {
  name: "all",
  short: "a",
  type: "switch",
  summary: "Every image that no loaded program came from, not only those without a name",
};

/** Tell, and do nothing. */
export const DRY_RUN: OptionSpec<"switch"> = {
  name: "dry-run",
  type: "switch",
  summary: "Only tell what would be removed",
};

/** A further name. */
export const NEW_NAME: PositionalSpec<"text"> = {
  name: "NAME",
  type: "text",
  completes: { source: "images" },
  summary: "The further name, REGISTRY/NAME[:TAG]",
};

/** First image of a comparison. */
export const BEFORE_IMAGE: PositionalSpec<"text"> = {
  name: "BEFORE",
  type: "text",
  summary: "Image, or file:PATH of an object",
};

/** Second image of a comparison. */
export const AFTER_IMAGE: PositionalSpec<"text"> = {
  name: "AFTER",
  type: "text",
  summary: "Image or file:PATH to compare with it",
};

const LIST: CommandSpec = {
  id: "image-list",
  paths: ["image list", "images", "list images", "image ls", "image"],
  group: "Images",
  summary: "List the images of the store",
  description: "Lists what was built, pulled and loaded, and which programs came from it. Two " +
    "names of one digest are stored once.",
  examples: [
    { comment: "List the images", command: "bpfman images" },
    { comment: "The same for programs", command: "bpfman image list -o json" },
  ],
  positionals: [],
  options: [DIGESTS_ONLY, DATA_DIRECTORY, LIST_OUTPUT, WIDE],
  permissions: "image-list",
  load: runLater("../run/image_list.ts"),
};

const INSPECT: CommandSpec = {
  id: "image-inspect",
  paths: ["image inspect"],
  group: "Images",
  summary: "Show what an image holds",
  description: "Shows digest, platforms, programs, maps, annotations, and what belongs to the " +
    "image: signatures and BTFs. Of an image that is not in the store the registry is asked, and " +
    "nothing is stored.",
  examples: [
    { comment: "Look at an image", command: "bpfman image inspect quay.io/net/counter:v1" },
    {
      comment: "At one on the disk, for programs",
      command: "bpfman image inspect oci:counter.oci:v1 -o json",
    },
  ],
  positionals: [IMAGE],
  options: [PULL_POLICY, REGISTRY_AUTH, DATA_DIRECTORY, LIST_OUTPUT, WIDE],
  permissions: "image-inspect",
  load: runLater("../run/image_inspect.ts"),
};

const TAG: CommandSpec = {
  id: "image-tag",
  paths: ["image tag"],
  group: "Images",
  summary: "Give an image of the store a further name",
  description: "Both names stand for the same digest. A name that another image has is taken " +
    "from it.",
  examples: [{
    comment: "Name it for another registry",
    command: "bpfman image tag quay.io/net/counter:v1 registry.example.com/net/counter:v1",
  }],
  positionals: [IMAGE, NEW_NAME],
  options: [DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-change",
  load: runLater("../run/image_tag.ts"),
};

const REMOVE: CommandSpec = {
  id: "image-remove",
  paths: ["image remove", "image rm"],
  group: "Images",
  summary: "Remove images from the store",
  description: "Takes the names away, and what they alone held. An image that loaded programs " +
    "came from is refused without --force.",
  examples: [{ comment: "Remove one", command: "bpfman image remove quay.io/net/counter:v1" }],
  positionals: [STORED_IMAGES],
  options: [FORCE, DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-change",
  load: runLater("../run/image_remove.ts"),
};

const PRUNE: CommandSpec = {
  id: "image-prune",
  paths: ["image prune"],
  group: "Images",
  summary: "Remove images that nobody needs",
  description: "Removes images that lost their name to another, and with --all every image that " +
    "no loaded program came from. What a loaded program came from is never removed.",
  examples: [
    { comment: "See what would go", command: "bpfman image prune --all --dry-run" },
    { comment: "Remove what has no name", command: "bpfman image prune" },
  ],
  positionals: [],
  options: [ALL_UNUSED, DRY_RUN, DATA_DIRECTORY, LIST_OUTPUT],
  permissions: "image-change",
  load: runLater("../run/image_prune.ts"),
};

const DIFF: CommandSpec = {
  id: "image-diff",
  paths: ["image diff"],
  group: "Images",
  summary: "Compare the objects of two images",
  description: "Shows programs, maps, globals, helpers and sizes that differ. Exit code 1 when " +
    "the objects differ.",
  examples: [
    {
      comment: "Two tags",
      command: "bpfman image diff quay.io/net/counter:v1 quay.io/net/counter:v2",
    },
    {
      comment: "An image and a new object",
      command: "bpfman image diff quay.io/net/counter:v1 file:counter.bpf.o",
    },
  ],
  positionals: [BEFORE_IMAGE, AFTER_IMAGE],
  options: [PULL_POLICY, PLATFORM, REGISTRY_AUTH, DATA_DIRECTORY, OUTPUT],
  permissions: "image-pull",
  load: runLater("../run/image_diff.ts"),
};

/** Commands on images. */
export const IMAGE_COMMANDS: readonly CommandSpec[] = [
  ...IMAGE_BUILD_COMMANDS,
  ...IMAGE_MOVE_COMMANDS,
  LIST,
  INSPECT,
  ...SIGN_COMMANDS,
  ...SIGNATURE_COMMANDS,
  TAG,
  REMOVE,
  PRUNE,
  DIFF,
];
