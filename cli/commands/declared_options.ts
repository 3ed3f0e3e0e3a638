/**
 * Arguments of commands about applications.
 *
 * @module
 */
import type { OptionSpec, PositionalSpec } from "../command.ts";

/** Files with manifests. */
export const MANIFEST_FILES: OptionSpec<"text"> = {
  name: "filename",
  short: "f",
  type: "text",
  placeholder: "FILE",
  summary: "Manifests: a file, a directory, or - for standard input; may be repeated",
  repeat: true,
  isRequired: true,
};

/** Format of manifests. */
export const MANIFEST_OUTPUT: OptionSpec<"manifestFormat"> = {
  name: "output",
  short: "o",
  type: "manifestFormat",
  placeholder: "FORMAT",
  summary: "Format of the manifests: yaml, or json with several of them as a list",
  defaultText: "yaml",
};

/** Whose the applications are. */
export const OWNER: OptionSpec<"text"> = {
  name: "owner",
  type: "text",
  placeholder: "NAME",
  completes: {},
  summary: "Whose the applications are; those of other owners are not touched",
  defaultText: "default",
};

/** The owner of applications that name none. */
export const DEFAULT_OWNER = "default";

/** Take applications of others. */
export const TAKE_OVER: OptionSpec<"switch"> = {
  name: "take-over",
  type: "switch",
  summary: "Also change applications that belong to another owner, and take them over",
};

/** Remove what is not named. */
export const PRUNE: OptionSpec<"switch"> = {
  name: "prune",
  type: "switch",
  summary: "Also remove this owner's applications that the files do not name",
};

/** Conditions of a new version. */
export const GATE: OptionSpec<"text"> = {
  name: "gate",
  type: "text",
  placeholder: "SPEC",
  summary:
    "Watch the new version before the old one goes, such as 30s,aborted==0,ns_per_run<500; " +
    "when a condition does not hold, all goes back",
};

/** An exit code that tells whether something would change. */
export const DETAILED_EXIT_CODE: OptionSpec<"switch"> = {
  name: "detailed-exitcode",
  type: "switch",
  summary: "Exit code 8 when something would change, 0 when nothing would",
};

/** Contents that may be unsigned. */
export const ALLOW_UNSIGNED_SEVERAL: OptionSpec<"text"> = {
  name: "allow-unsigned",
  type: "text",
  placeholder: "DIGEST",
  summary: "Let in the image with this very digest unsigned; has no effect on a policy file; " +
    "may be repeated",
  repeat: true,
};

/** How long interfaces are waited for. */
export const WAIT: OptionSpec<"duration"> = {
  name: "wait",
  type: "duration",
  placeholder: "DURATION",
  summary: "Longest wait for interfaces that do not exist yet, such as 10s or 1m",
  defaultText: "0s",
};

/** Applications; none stands for all. */
export const APPLICATIONS: PositionalSpec<"text"> = {
  name: "APPLICATION",
  type: "text",
  summary: "Applications: NAME, or NAMESPACE/NAME; all of them when none is named",
  repeat: true,
  isOptional: true,
};

/** One application. */
export const APPLICATION_NAME: PositionalSpec<"text"> = {
  name: "APPLICATION",
  type: "text",
  summary: "Application: NAME, or NAMESPACE/NAME",
};

/** The generation to go back to. */
export const GENERATION: PositionalSpec<"id"> = {
  name: "GENERATION",
  type: "id",
  summary: "Number of the generation; the one before the current when it is left out",
  isOptional: true,
};
