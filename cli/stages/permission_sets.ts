/**
 * What the two processes of a change may ask of Deno: the one source for their flags.
 *
 * @module
 */
import {
  CREDENTIAL_HELPERS,
  IMAGE_ENVIRONMENT,
  LIBXDP,
  MANIFEST_ENVIRONMENT,
  type PermissionSet,
  type PermissionSetName,
  REQUESTER,
} from "../permissions.ts";

/** Names of the sets of the two processes that changing commands are split into. */
export type StageSetName = "front-file" | "front-image" | "loader";

/** The pipe between the two processes, as the one that has it opens it. */
export const PLAN_PIPE = "/dev/fd/3";

/** Variables that the two processes tell each other something by, and that tell who asks. */
const BETWEEN = [
  "PKEXEC_UID",
  "SUDO_GID",
  "SUDO_UID",
  "SUDO_USER",
  "BPFMAN_CAPABILITIES",
  "BPFMAN_FRONT",
  "BPFMAN_LANDLOCK",
  "BPFMAN_LOADER",
  "BPFMAN_OBJECT",
  "BPFMAN_PHASES",
  "BPFMAN_STAGE",
] as const;

const LOADER = {
  // policies, and targets of uprobes, may lie anywhere; Landlock says what is really reached
  read: "any",
  write: "state",
  pipe: "read",
  env: [...IMAGE_ENVIRONMENT, ...MANIFEST_ENVIRONMENT, ...BETWEEN],
  ffi: LIBXDP,
  sys: ["gid", "uid"],
  isChange: true,
} as const satisfies PermissionSet;

const FRONT = {
  // the object is opened by whoever started this; images of layouts and policies lie anywhere
  read: "any",
  pipe: "write",
  env: LOADER.env,
  sys: REQUESTER,
  isChange: true,
} as const satisfies PermissionSet;

/** The sets of the two processes: no set has both the network and a C library. */
export const STAGE_SETS: Readonly<Record<StageSetName, PermissionSet>> = {
  "front-file": FRONT,
  "front-image": { ...FRONT, write: "data", net: true, run: CREDENTIAL_HELPERS },
  loader: LOADER,
};

/** The set of a stage of a command. */
export function stageSetName(stage: "front" | "loader", set: PermissionSetName): StageSetName {
  if (stage === "loader") return "loader";
  return set === "load-image" || set === "apply" ? "front-image" : "front-file";
}
