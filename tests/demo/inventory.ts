/**
 * What there is on the machine before and after, and what of it the demo has left behind.
 *
 * @module
 */
import { isTaken } from "../../core/files/if_there.ts";
import { DemoFailure } from "./failure.ts";
import { listNamespaces } from "./network.ts";
import { outputOf } from "./shell.ts";

/** A program or link in the kernel, as bpftool tells. */
export interface KernelObject {
  readonly id: number;
  readonly name: string;
  /** Program of a link; of a program, itself. */
  readonly programId: number;
  readonly isPinned: boolean;
}

/** What there is at one moment. */
export interface Inventory {
  readonly programs: readonly KernelObject[];
  readonly links: readonly KernelObject[];
  /** Places where file systems are mounted. */
  readonly mounts: readonly string[];
  readonly namespaces: readonly string[];
}

/** What the demo has made. */
export interface Made {
  readonly programIds: readonly number[];
  readonly kernelLinkIds: readonly number[];
  /** Names of its functions, as the kernel cuts them. */
  readonly functionNames: readonly string[];
  readonly namespaces: readonly string[];
  /** Directories that were not there before. */
  readonly directories: readonly string[];
}

interface BpftoolRow {
  readonly id: number;
  readonly name?: string;
  readonly prog_id?: number;
  readonly pinned?: readonly string[];
}

/** Reads the rows of `bpftool --json --bpffs prog list` or `… link list`. */
export function parseBpftool(text: string): KernelObject[] {
  const rows: BpftoolRow[] = JSON.parse(text);
  return rows.map(({ id, name = "", prog_id: programId = id, pinned = [] }) => ({
    id,
    name,
    programId,
    isPinned: pinned.length > 0,
  }));
}

/** How often bpftool is asked: it fails when something goes away while it looks. */
const MOST_LOOKS = 20;

async function bpftool(noun: string): Promise<KernelObject[]> {
  const args = ["--json", "--bpffs", noun, "list"];
  const decoder = new TextDecoder();
  for (let look = 1;; look++) {
    const { success, stdout, stderr } = await outputOf("bpftool", { args });
    const text = decoder.decode(stdout);
    if (success) return parseBpftool(text);
    if (look < MOST_LOOKS) continue;
    throw new DemoFailure(
      `Cannot run "bpftool ${args.join(" ")}": ${decoder.decode(stderr)}${text}`,
    );
  }
}

/** Looks at the machine. */
export async function takeInventory(): Promise<Inventory> {
  const mounts = Deno.readTextFileSync("/proc/self/mounts").split("\n")
    .map((line) => line.split(" ")[1] ?? "").filter((path) => path !== "");
  return {
    programs: await bpftool("prog"),
    links: await bpftool("link"),
    mounts,
    namespaces: listNamespaces(),
  };
}

function added(before: readonly KernelObject[], after: readonly KernelObject[]): KernelObject[] {
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id }) => !known.has(id));
}

/**
 * What the demo has left in the kernel, one line each. Others may load programs on the machine at the
 * same time: a new program counts as the demo's when the demo has its id, or when it has the name of
 * one of its functions and no pin, as nothing but a leak of ours would keep such a program.
 */
function inKernel(before: Inventory, after: Inventory, made: Made): string[] {
  const programs = added(before.programs, after.programs).filter(({ id, name, isPinned }) =>
    made.programIds.includes(id) || (!isPinned && made.functionNames.includes(name))
  );
  const links = added(before.links, after.links).filter(({ id, programId }) =>
    made.kernelLinkIds.includes(id) || made.programIds.includes(programId)
  );
  return [
    ...programs.map(({ id, name }) => `program ${id} ${name}`),
    ...links.map(({ id, programId }) => `link ${id} of program ${programId}`),
  ];
}

/** What the demo has left behind, one line each. */
export function leftovers(before: Inventory, after: Inventory, made: Made): string[] {
  const mounts = after.mounts.filter((path) =>
    made.directories.some((folder) => path === folder || path.startsWith(`${folder}/`))
  );
  return [
    ...inKernel(before, after, made),
    ...mounts.map((path) => `mount ${path}`),
    ...after.namespaces.filter((name) => made.namespaces.includes(name))
      .map((name) => `network namespace ${name}`),
    ...made.directories.filter(isTaken).map((folder) => `directory ${folder}`),
  ];
}

/** How long the kernel may take to free what nobody holds any more, milliseconds. */
const RELEASE_TIMEOUT_MS = 60_000;

/** Waits until the kernel has let go; gives what is left then, or when that takes too long. */
export async function waitForNothing(before: Inventory, made: Made): Promise<string[]> {
  const end = Date.now() + RELEASE_TIMEOUT_MS;
  for (;;) {
    const after = await takeInventory();
    const isFree = inKernel(before, after, made).length === 0;
    if (isFree || Date.now() > end) return leftovers(before, after, made);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
