/**
 * Arguments that several commands on images share.
 *
 * @module
 */
import type { OptionSpec, PositionalSpec } from "../command.ts";

/** An image: in a registry, or in a layout. */
export const IMAGE: PositionalSpec<"text"> = {
  name: "IMAGE",
  type: "text",
  summary: "REGISTRY/NAME[:TAG][@DIGEST], or oci:PATH[:TAG|@DIGEST]",
};

/** Images of the store. */
export const STORED_IMAGES: PositionalSpec<"text"> = {
  name: "IMAGE",
  type: "text",
  summary: "Images of the store, by name or digest",
  repeat: true,
};

/** Credentials that hold before all others. */
export const REGISTRY_AUTH: OptionSpec<"registryAuth"> = {
  name: "registry-auth",
  type: "registryAuth",
  placeholder: "BASE64",
  summary: "Name and password for the registry, as base64 of USER:PASSWORD",
  env: "BPFMAN_REGISTRY_AUTH",
};

/** When an image is fetched. */
export const PULL_POLICY: OptionSpec<"pullPolicy"> = {
  name: "pull-policy",
  short: "p",
  type: "pullPolicy",
  placeholder: "POLICY",
  summary: "Always, IfNotPresent (only what the store lacks) or Never (only what it has)",
  defaultText: "IfNotPresent",
};

/** When a pull fetches. */
export const ALWAYS_PULL_POLICY: OptionSpec<"pullPolicy"> = {
  ...PULL_POLICY,
  defaultText: "Always",
};

/** Platform of an index. */
export const PLATFORM: OptionSpec<"platform"> = {
  name: "platform",
  type: "platform",
  placeholder: "linux/ARCH",
  summary: "Platform to take from an image of several",
  defaultText: "this machine's",
};

/** Every platform of an index. */
export const ALL_PLATFORMS: OptionSpec<"switch"> = {
  name: "all-platforms",
  type: "switch",
  summary: "Every platform of the image, so that it can be pushed on",
};

/** Leave out what refers to an image. */
export const NO_REFERRERS: OptionSpec<"switch"> = {
  name: "no-referrers",
  type: "switch",
  summary: "Leave out the signatures and BTFs that belong to the image",
};

/** Objects of a build. */
export const IMAGE_INPUTS: PositionalSpec<"imageInput"> = {
  name: "[linux/ARCH=]PATH",
  type: "imageInput",
  summary: "One object, or one for each platform",
  repeat: true,
  isOptional: true,
};

/** Project of bpf2go. */
export const CILIUM_PROJECT: OptionSpec<"text"> = {
  name: "cilium-ebpf-project",
  short: "c",
  type: "text",
  placeholder: "DIR",
  summary: "Take the objects that bpf2go made in this folder, in place of PATH",
};
