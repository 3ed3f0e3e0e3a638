/**
 * What is true of a runtime directory, found without the product: rows, pins and kernel must agree.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { LinkRecord, ProgramRecord } from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { objectById } from "./bpftool.ts";
import type { Workspace } from "./workspace.ts";

/** Rows of the database. */
export interface Rows {
  readonly programs: readonly ProgramRecord[];
  readonly links: readonly LinkRecord[];
}

/** Reads the database itself. Nobody else may have it open. */
export async function rowsOf(workspace: Workspace): Promise<Rows> {
  using kv = await Deno.openKv(`${workspace.path}/db/store.kv`);
  const values = async <T>(prefix: string): Promise<T[]> =>
    (await Array.fromAsync(kv.list<T>({ prefix: [prefix] }))).map(({ value }) => value);
  return { programs: await values("program"), links: await values("link") };
}

/** Ids of the pinned programs, ascending. */
export function pinnedPrograms(workspace: Workspace): number[] {
  return workspace.names("fs").filter((name) => name.startsWith("prog_"))
    .map((name) => Number(name.slice("prog_".length))).sort((a, b) => a - b);
}

/** Paths of the pinned links, sorted. */
export function pinnedLinks(workspace: Workspace): string[] {
  // the pin of an XDP chain's link; the folders beside it are those of its revisions
  const seats = workspace.names("fs/xdp").filter((name) => name.endsWith("_link"))
    .map((name) => `fs/xdp/${name}`);
  return ["links", "tcx-egress", "tcx-ingress"]
    .flatMap((folder) => workspace.names(`fs/${folder}`).map((name) => `fs/${folder}/${name}`))
    .concat(seats).map((name) => `${workspace.path}/${name}`).sort();
}

function numbers(names: readonly string[]): number[] {
  return names.map(Number).sort((a, b) => a - b);
}

/** Looks at the kernel's link of a row; that of a chain of several runs a program of its own. */
async function checkLink(
  { kernelLinkId, programId, details }: LinkRecord,
  isShared: boolean,
): Promise<void> {
  // a filter is no link
  if (details.kind === "tc" && kernelLinkId === null) return;
  const link = await objectById<{ prog_id: number }>("link", kernelLinkId ?? 0);
  const runs = isShared && link !== undefined ? programId : link?.prog_id;
  strictEqual(runs, programId, `link ${kernelLinkId} in the kernel`);
  if (details.kind !== "xdp" && details.kind !== "tcx") return;
  // the kernel keeps a link that was cut while it is held, with 0 for the interface
  const info = openKernel().bpf.linkInfo(kernelLinkId ?? 0);
  strictEqual(info?.ifindex, details.ifindex, `link ${kernelLinkId} on its interface`);
}

/** Rows, pins, folders, the readers' file and the kernel must all say the same. */
export async function checkAgreement(workspace: Workspace): Promise<Rows> {
  const rows = await rowsOf(workspace);
  const ids = rows.programs.map(({ programId }) => programId).sort((a, b) => a - b);
  const sets = [
    ...new Set(rows.programs.map(({ mapOwnerId, programId }) => mapOwnerId ?? programId)),
  ]
    .sort((a, b) => a - b);
  deepStrictEqual(pinnedPrograms(workspace), ids, "program pins and rows");
  deepStrictEqual(numbers(workspace.names("programs")), ids, "program folders and rows");
  deepStrictEqual(numbers(workspace.names("fs/maps")), sets, "map folders and rows");
  deepStrictEqual(workspace.names(".staging"), [], "half-made folders");
  const pinnedMaps = new Set(sets.flatMap((set) => workspace.names(`fs/maps/${set}`)));
  const unused = workspace.names("fs/shared").filter((name) => !pinnedMaps.has(name));
  deepStrictEqual(unused, [], "shared maps that no program has");
  // members of a chain have the pin of its seat in common
  const paths = [...new Set(rows.links.map(({ pinPath }) => pinPath))].filter((path) => path !== "")
    .sort();
  deepStrictEqual(pinnedLinks(workspace), paths, "link pins and rows");
  const file = JSON.parse(Deno.readTextFileSync(`${workspace.path}/db/state.json`));
  deepStrictEqual(file.programs, rows.programs, "the readers' file and the rows of programs");
  deepStrictEqual(file.links, rows.links, "the readers' file and the rows of links");
  for (const row of rows.links) {
    const { kernelLinkId } = row;
    const sharers = rows.links.filter((other) => other.kernelLinkId === kernelLinkId);
    await checkLink(row, sharers.length > 1);
  }
  strictEqual(workspace.mounts(), 1, "file systems mounted over each other");
  return rows;
}
