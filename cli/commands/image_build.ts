/**
 * Commands that make images, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT, OUTPUT } from "../options.ts";
import { CILIUM_PROJECT, IMAGE, IMAGE_INPUTS, REGISTRY_AUTH } from "./image_options.ts";
import { runLater } from "./run_later.ts";
import { BUILD_KEY, PASSWORD_FILE } from "./signing_options.ts";

/** Form of the image. */
export const IMAGE_FORMAT: OptionSpec<"imageFormat"> = {
  name: "format",
  short: "f",
  type: "imageFormat",
  placeholder: "FORM",
  summary: "labels: bpfman's form, which every container tool reads; artifact: the object as it is",
  defaultText: "labels",
};

/** Free words in the image. */
export const ANNOTATION: OptionSpec<"metadata"> = {
  name: "annotation",
  type: "metadata",
  placeholder: "KEY=VALUE",
  summary: "Annotation of the image; may be repeated",
  repeat: true,
};

function annotationOption(name: string, placeholder: string, summary: string) {
  return { name, type: "text", placeholder, summary } as const satisfies OptionSpec<"text">;
}

/** Options for the usual annotations. */
export const USUAL_ANNOTATIONS = {
  title: annotationOption("title", "TEXT", "Annotation: what the image is called"),
  source: annotationOption("source", "URL", "Annotation: where the source is"),
  revision: annotationOption("revision", "TEXT", "Annotation: revision of the source"),
  licenses: annotationOption("licenses", "SPDX", "Annotation: licences, such as GPL-2.0-only"),
} as const;

/** Stored kernels that get a minimal BTF. */
export const BTF_KERNELS: OptionSpec<"text"> = {
  name: "kernel",
  short: "k",
  type: "text",
  placeholder: "NAME",
  completes: { source: "kernels" },
  summary:
    'Add a minimal BTF for this stored kernel, see "kernel list"; comma list, may be repeated',
  repeat: true,
  isCommaList: true,
};

/** Files of BTF of kernels that get a minimal one. */
export const KERNEL_BTFS: OptionSpec<"kernelBtf"> = {
  name: "btf",
  type: "kernelBtf",
  placeholder: "RELEASE=FILE",
  summary: "Add a minimal BTF for the kernel of this release, from its whole BTF; may be repeated",
  repeat: true,
};

/** Send what was built. */
export const PUSH: OptionSpec<"switch"> = {
  name: "push",
  type: "switch",
  summary: "Send the image to its registry at once",
};

/** Say how the image was made. */
export const PROVENANCE: OptionSpec<"switch"> = {
  name: "provenance",
  type: "switch",
  summary: "Attach SLSA provenance: from which objects and by whom the image was made",
};

/** Say what the image is made of. */
export const SBOM: OptionSpec<"switch"> = {
  name: "sbom",
  type: "switch",
  summary: "Attach a bill of materials (SPDX 2.3): objects, licences, programs, maps",
};

/** Who builds. */
export const BUILDER: OptionSpec<"text"> = {
  name: "builder",
  type: "text",
  placeholder: "URI",
  summary: "Who builds, as provenance names it",
  defaultText: "urn:bpfman:local",
};

const BUILD: CommandSpec = {
  id: "image-build",
  paths: ["image build"],
  group: "Images",
  summary: "Make an image of object files",
  description: "Checks the objects and packs them, without a container engine and without root. " +
    "The labels with programs and maps come from the objects. The image goes to the local store, " +
    "or to a layout when its name is oci:PATH:TAG. The same objects give the same digest; " +
    "SOURCE_DATE_EPOCH sets the date in it.",
  examples: [
    {
      comment: "One object, for this machine's architecture",
      command: "bpfman image build quay.io/net/counter:v1 counter.bpf.o",
    },
    {
      comment: "One for each platform, and send it",
      command: "bpfman image build quay.io/net/counter:v1 linux/amd64=el.bpf.o " +
        "linux/s390x=eb.bpf.o --push",
    },
    {
      comment: "Signed, with provenance and a bill of materials",
      command: "bpfman image build quay.io/net/counter:v1 counter.bpf.o --provenance --sbom " +
        "--sign-key cosign.key --push",
    },
    {
      comment: "Into a layout on the disk, with BTF for a kernel that has none",
      command: "bpfman image build oci:counter.oci:v1 counter.bpf.o --btf 5.4.0=vmlinux-5.4.btf",
    },
  ],
  positionals: [IMAGE, IMAGE_INPUTS],
  options: [
    CILIUM_PROJECT,
    IMAGE_FORMAT,
    USUAL_ANNOTATIONS.title,
    USUAL_ANNOTATIONS.source,
    USUAL_ANNOTATIONS.revision,
    USUAL_ANNOTATIONS.licenses,
    ANNOTATION,
    BTF_KERNELS,
    KERNEL_BTFS,
    PROVENANCE,
    SBOM,
    BUILDER,
    BUILD_KEY,
    PASSWORD_FILE,
    PUSH,
    REGISTRY_AUTH,
    DATA_DIRECTORY,
    LIST_OUTPUT,
  ],
  permissions: "image-sign",
  load: runLater("../run/image_build.ts"),
};

const GENERATE_BUILD_ARGS: CommandSpec = {
  id: "image-generate-build-args",
  paths: ["image generate-build-args"],
  group: "Images",
  summary: "Print what a container engine needs to build the image",
  description: "Prints build arguments, one NAME=VALUE a line: the objects by platform, and the " +
    "labels as the objects have them.",
  examples: [{
    comment: "For bpfman's Containerfile.bytecode",
    command: "bpfman image generate-build-args counter.bpf.o",
  }],
  positionals: [IMAGE_INPUTS],
  options: [CILIUM_PROJECT, OUTPUT],
  permissions: "inspect",
  load: runLater("../run/image_build_args.ts"),
};

/** Commands that make images. */
export const IMAGE_BUILD_COMMANDS: readonly CommandSpec[] = [BUILD, GENERATE_BUILD_ARGS];
