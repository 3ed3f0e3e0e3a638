/**
 * What a process gives up for good once it knows its command. A tool in one file starts with what
 * all commands together need; this takes away each kind of which its own command needs nothing. The
 * others keep their lists: Deno has no way to shorten one. The kernel's jail is what bounds the
 * processes of a change.
 *
 * @module
 */
import { BUILDER } from "./build_info.ts";
import { PERMISSION_SETS, type PermissionSet, type PermissionSetName } from "./permissions.ts";
import { STAGE_SETS, stageSetName } from "./stages/permission_sets.ts";

/** Kinds of permissions that Deno can take back. */
export type PermissionKind = "env" | "ffi" | "net" | "read" | "run" | "sys" | "write";

/** True for the kinds of which a set has something. */
const HAS: Readonly<Record<PermissionKind, (set: PermissionSet) => boolean>> = {
  env: (set) => set.env !== undefined || set.hasWholeEnv === true,
  ffi: (set) => set.ffi !== undefined,
  net: (set) => set.net === true,
  read: (set) => set.read !== undefined || set.pipe === "read" || set.isChange,
  run: (set) => set.run !== undefined,
  sys: (set) => set.sys !== undefined,
  write: (set) => set.write !== undefined || set.pipe === "write" || set.isChange,
};

const KINDS = Object.keys(HAS) as PermissionKind[];

/** Kinds of which a set has nothing. */
export function missingKinds(set: PermissionSet): PermissionKind[] {
  return KINDS.filter((kind) => !HAS[kind](set));
}

/**
 * Kinds that a process needs nothing of.
 *
 * @param name Set of the command.
 * @param stage Stage of the process; any other word stands for the process that the user started.
 */
export function kindsToRevoke(
  name: PermissionSetName,
  stage: string | undefined,
): PermissionKind[] {
  const isStage = stage === "front" || stage === "loader";
  const kinds = missingKinds(
    isStage ? STAGE_SETS[stageSetName(stage, name)] : PERMISSION_SETS[name],
  );
  // the single file reads the rest of itself when it is wanted
  return BUILDER === "single-file" ? kinds.filter((kind) => kind !== "read") : kinds;
}
