/**
 * Who may use pinned maps besides root: a group, and the bits of a mode. The folders on the way are
 * opened for that group as far as it must pass through them.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import type { MapAccess, ProgramId } from "../types.ts";

/** Root reads and writes, the group as the map's mode says; it may only pass through folders. */
const DIRECTORY_MODE = 0o750;
const DEFAULT_MODE = 0o660;

/** The id of a group in /etc/group; a number is its own id. */
function groupId({ kernel }: Machine, group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const found = kernel.files.readText("/etc/group").split("\n")
    .map((line) => line.split(":")).find(([name]) => name === group)?.[2];
  if (found !== undefined) return Number(found);
  throw new BpfmanError(`The group "${group}" for maps does not exist`, {
    code: "group-not-found",
    hint: "Make it with: groupadd --system NAME; or change [maps] group in the configuration",
  });
}

/**
 * Opens the pinned maps of a program for others.
 *
 * @param machine The machine.
 * @param setId The map set.
 * @param access Group and mode.
 * @throws {BpfmanError} When there is no such group.
 */
export function openMaps(machine: Machine, setId: ProgramId, access: MapAccess): void {
  const { layout, kernel } = machine;
  const gid = access.group === undefined ? null : groupId(machine, access.group);
  const mode = access.mode ?? DEFAULT_MODE;
  const { files } = kernel;
  const set = layout.mapDirectory(setId);
  for (const folder of [`${layout.bpffs}/maps`, layout.sharedMaps, set]) {
    files.setAccess(folder, { gid, mode: DIRECTORY_MODE });
  }
  for (const folder of [set, layout.sharedMaps]) {
    for (const name of files.list(folder)) files.setAccess(`${folder}/${name}`, { gid, mode });
  }
}
