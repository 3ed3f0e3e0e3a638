/**
 * What a command may change, taken before and after: the pins and the store of a runtime directory,
 * what hangs on a test's interfaces, and the kernel's programs of the given names.
 *
 * @module
 */
import { bpftoolList, type BpftoolProgram } from "./bpftool.ts";
import { mustRun } from "./must.ts";
import type { Wire } from "./netns.ts";
import type { Workspace } from "./workspace.ts";

/** Everything at one moment. */
export interface World {
  /** Pins and folders of programs and links. */
  readonly pins: readonly string[];
  /** Rows of programs and links. */
  readonly rows: readonly unknown[];
  /** Programs and filters on the wire, in the words of ip and tc. */
  readonly hooks: string;
  /** Ids of the kernel's programs of the watched names. */
  readonly programs: readonly number[];
}

async function hooksOf({ near, far }: Wire): Promise<string> {
  const texts = await Promise.all([near, far].map((end) =>
    mustRun("nsenter", [
      `--net=${end.netns}`,
      "sh",
      "-c",
      `ip -o link show dev ${end.interface} | grep -o "prog/xdp.*" ; tc qdisc show dev ${end.interface}
       tc filter show dev ${end.interface} ingress; tc filter show dev ${end.interface} egress; true`,
    ])
  ));
  return texts.join("--\n");
}

function rowsOf(workspace: Workspace): unknown[] {
  try {
    const { programs, links } = JSON.parse(
      Deno.readTextFileSync(`${workspace.path}/db/state.json`),
    );
    return [...programs, ...links];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Looks at everything. */
export async function lookAt(
  workspace: Workspace,
  names: readonly string[],
  wire?: Wire,
): Promise<World> {
  const programs = await bpftoolList<BpftoolProgram>("prog");
  return {
    pins: workspace.litter(),
    rows: rowsOf(workspace),
    hooks: wire === undefined ? "" : await hooksOf(wire),
    programs: programs.filter(({ name }) => name !== undefined && names.includes(name))
      .map(({ id }) => id),
  };
}
