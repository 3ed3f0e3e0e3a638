/**
 * Commands that load programs, and what is said about a load, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT, METADATA } from "../options.ts";
import { argumentKey } from "../parsed_input.ts";
import type * as OfferedPrograms from "../offered_programs.ts";
import { PULL_POLICY, REGISTRY_AUTH } from "./image_options.ts";
import { importLater, runLater } from "./run_later.ts";
import { FILE_BUNDLE, POLICY, SIGNER_OPTIONS, TRUST_OPTIONS } from "./trust_options.ts";

/** Object file to load. */
export const OBJECT_PATH: PositionalSpec<"text"> = {
  name: "PATH",
  type: "text",
  summary: "Object file that clang made",
  option: {
    name: "path",
    short: "p",
    type: "text",
    placeholder: "PATH",
    summary: "The object file, in place of the argument",
  },
};

/** Image to load. */
export const IMAGE_URL: PositionalSpec<"text"> = {
  name: "IMAGE",
  type: "text",
  summary: "REGISTRY/NAME[:TAG][@DIGEST], or oci:PATH[:TAG|@DIGEST]",
  option: {
    name: "image-url",
    short: "i",
    type: "text",
    placeholder: "IMAGE",
    summary: "The image, in place of the argument",
  },
};

/** Programs of a load. */
export const PROGRAMS: OptionSpec<"programSpec"> = {
  name: "programs",
  type: "programSpec",
  placeholder: "TYPE:NAME[:ATTACH]",
  summary: "Programs to load: type, function name, and what fentry, fexit and lsm attach to; " +
    "several with spaces or commas between, or repeated",
  repeat: true,
  isCommaList: true,
  spread: /^[A-Za-z]+:[^/]*$/,
  isRequired: true,
  suggest: async (given) => {
    const [path] = given.get(argumentKey(OBJECT_PATH)) ?? [];
    if (typeof path !== "string") return undefined;
    const later = importLater<typeof OfferedPrograms>("../offered_programs.ts");
    return (await later).offeredPrograms(path);
  },
};

/** Global variables of a load. */
export const GLOBAL: OptionSpec<"global"> = {
  name: "global",
  short: "g",
  type: "global",
  placeholder: "NAME=VALUE",
  summary: "Value of a global variable by its type, or its bytes: 100, 10.0.0.0/8, a constant's " +
    "name, [1,2], 0x and two digits a byte, hex:0a, value:10; may be repeated",
  repeat: true,
  spread: /^[A-Za-z_]\w*=\S+$/,
};

/** Application of a load. */
export const APPLICATION: OptionSpec<"text"> = {
  name: "application",
  short: "a",
  type: "text",
  placeholder: "NAME",
  completes: { source: "applications" },
  summary: "Application that the programs belong to",
};

/** Owner of shared maps. */
export const MAP_OWNER_ID: OptionSpec<"id"> = {
  name: "map-owner-id",
  type: "id",
  placeholder: "PROGRAM-ID",
  summary: "Share the maps of this program",
};

const LOAD_FILE: CommandSpec = {
  id: "load-file",
  paths: ["load file", "program load file", "program load"],
  group: "Programs",
  summary: "Load programs from an object file",
  description: "Loads the named programs into the kernel, pins them with their maps, and prints " +
    "them. All of them are loaded or none. They stay until they are unloaded. A file is let in " +
    "as the policy says; without a policy file root may load any. Where a signature is demanded, " +
    "by the policy or by the options, it is in the bundle PATH.sigstore.json.",
  examples: [
    {
      comment: "Load one XDP program",
      command: "bpfman load file counter.bpf.o --programs xdp:xdp_counter",
    },
    {
      comment: "Load two programs, set a variable, and name the application",
      command: "bpfman load file app.bpf.o --programs xdp:in tcx:out -g sampling=100 -a shop",
    },
    {
      comment: "Only if the key signed the file",
      command: "bpfman load file counter.bpf.o --programs xdp:xdp_counter --key cosign.pub",
    },
    {
      comment: "Share the maps of program 63",
      command: "bpfman load file reader.bpf.o --programs xdp:reader --map-owner-id 63",
    },
  ],
  positionals: [OBJECT_PATH],
  options: [
    PROGRAMS,
    GLOBAL,
    METADATA,
    APPLICATION,
    MAP_OWNER_ID,
    ...SIGNER_OPTIONS,
    FILE_BUNDLE,
    POLICY,
    LIST_OUTPUT,
  ],
  permissions: "load",
  brings: { argument: OBJECT_PATH, kind: "file" },
  load: runLater("../run/load_file.ts"),
};

const LOAD_IMAGE: CommandSpec = {
  id: "load-image",
  paths: ["load image", "program load image"],
  group: "Programs",
  summary: "Load programs from a bytecode image",
  description: "Loads the named programs out of a bytecode image. What the name stands for is " +
    "asked once, and that is fetched by digest, every byte compared. An image that the store has " +
    "is not fetched again unless --pull-policy says so; one in a layout on the disk is read there. " +
    "The digest must be signed by somebody whom the policy or the options name, and is verified " +
    "each time; otherwise the image is refused with exit code 4.",
  examples: [
    {
      comment: "From a registry, by the policy of this machine",
      command: "bpfman load image quay.io/net/counter:v1 --programs xdp:xdp_counter",
    },
    {
      comment: "Only if the key signed it",
      command:
        "bpfman load image quay.io/net/counter:v1 --programs xdp:xdp_counter --key cosign.pub",
    },
    {
      comment: "From a layout on the disk",
      command: "bpfman load image oci:counter.oci:v1 --programs xdp:xdp_counter",
    },
    {
      comment: "Ask the registry whether there is a newer one",
      command: "bpfman load image quay.io/net/counter:v1 --programs xdp:xdp_counter -p Always",
    },
  ],
  positionals: [IMAGE_URL],
  options: [
    PROGRAMS,
    GLOBAL,
    METADATA,
    APPLICATION,
    MAP_OWNER_ID,
    PULL_POLICY,
    REGISTRY_AUTH,
    DATA_DIRECTORY,
    ...TRUST_OPTIONS,
    LIST_OUTPUT,
  ],
  permissions: "load-image",
  brings: { argument: IMAGE_URL, kind: "image" },
  load: runLater("../run/load_image.ts"),
};

/** Commands that load programs. */
export const LOAD_COMMANDS: readonly CommandSpec[] = [LOAD_FILE, LOAD_IMAGE];
