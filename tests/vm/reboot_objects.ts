/**
 * Objects of the kernel in the machine that is started again: those of others, and those of ours as
 * they were declared.
 *
 * @module
 */
import { bpftoolList, type BpftoolProgram } from "../support/bpftool.ts";
import { ROOT } from "../support/cli.ts";
import { runHere } from "../support/in_process.ts";
import { mustRun } from "../support/must.ts";

/** An object of the kernel, as bpftool shows it; links have `prog_id`. */
export interface KernelObject {
  readonly id: number;
  readonly tag?: string;
  readonly name?: string;
  readonly prog_id?: number;
  readonly loaded_at?: number;
}

/** Numbers that were given before. */
export interface Numbers {
  readonly programs: readonly number[];
  readonly links: readonly number[];
}

/** What was declared, with everything but the numbers of this start of the machine. */
export interface DeclaredState {
  readonly programs: readonly string[];
  readonly links: readonly string[];
}

const MANY = `${ROOT}tests/fixtures/many.bpf.o`;
const TRACER = `${ROOT}tests/fixtures/tracepoint_counter.bpf.o`;
const MOST_ROUNDS = 60;

/** All programs and links of the kernel. */
export async function allObjects(): Promise<KernelObject[]> {
  const programs = await bpftoolList<BpftoolProgram & KernelObject>("prog");
  const links = await bpftoolList<KernelObject>("link");
  return [
    ...programs.map(({ id, tag, name = "", loaded_at = 0 }) => ({ id, tag, name, loaded_at })),
    ...links.map(({ id, prog_id = 0 }) => ({ id, prog_id })),
  ];
}

/** One more link of others: bpftool makes none of events, so another runtime directory does. */
async function attachTheirs(): Promise<void> {
  const place = ["--runtime-dir", "/run/theirs", "-o", "json"];
  const load = ["load", "file", TRACER, "--programs", "tracepoint:count_openat", ...place];
  const { programs: [program] } = JSON.parse(await bpfman(...load));
  const where = ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"];
  await bpfman("attach", String(program.record.program_id), ...where, ...place);
}

/** Loads and attaches programs of others, until every one of the numbers is theirs. */
export async function takeNumbers(numbers: Numbers, device: string): Promise<void> {
  const last = { program: Math.max(...numbers.programs), link: Math.max(...numbers.links) };
  for (let round = 0;; round++) {
    const known = await allObjects();
    const highest = (isLink: boolean) =>
      Math.max(
        0,
        ...known.filter((one) => (one.prog_id !== undefined) === isLink)
          .map(({ id }) => id),
      );
    const needs = { program: highest(false) < last.program, link: highest(true) < last.link };
    if (!needs.program && !needs.link && round > 0) break;
    if (round > MOST_ROUNDS) throw new Error("Cannot take the numbers: the kernel gives others");
    const pins = `/sys/fs/bpf/theirs${round}`;
    if (needs.program || round === 0) await mustRun("bpftool", ["prog", "loadall", MANY, pins]);
    if (needs.link || round === 0) await attachTheirs();
  }
  const theirs = ["pinned", "/sys/fs/bpf/theirs0/xdp_first"];
  await mustRun("bpftool", ["net", "attach", "xdpgeneric", ...theirs, "dev", device]);
}

/** Runs a command of the tool in this process; it must succeed. */
export async function bpfman(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(args);
  if (code !== 0) throw new Error(`Cannot run "${args.join(" ")}": ${stderr}`);
  return stdout;
}

/** A row of `list programs`, as far as it outlasts the machine. */
interface ProgramRow {
  readonly program_id: number;
  readonly application: string;
  readonly function_name: string;
  readonly type: string;
  readonly record: { readonly load: { readonly object_digest: string } };
  readonly kernel: { readonly tag: string };
}

/** A row of `list links`. */
interface LinkRow {
  readonly program_id: number;
  readonly kernel_link_id: number | null;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Parts of places that tell of this start of the machine only. */
const OF_THIS_START = ["ifindex", "nsid", "dispatcher_id", "revision"];

function lasting(details: LinkRow["details"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).filter(([key]) => !OF_THIS_START.includes(key)).sort(),
  );
}

/** What a runtime directory has, in words that stay the same; and the numbers of it. */
export async function stateOf(directory: string): Promise<DeclaredState & { numbers: Numbers }> {
  const place = ["--runtime-dir", directory, "-o", "json"];
  const programs: ProgramRow[] = JSON.parse(await bpfman("list", "programs", ...place)).programs;
  const links: LinkRow[] = JSON.parse(await bpfman("list", "links", ...place)).links;
  const names = new Map(programs.map((row) => [row.program_id, row.function_name]));
  return {
    programs: programs.map(({ application, function_name: name, type, record, kernel }) =>
      [application, name, type, record.load.object_digest, kernel.tag].join(" ")
    ).sort(),
    links: links.map(({ program_id: id, kind, details }) =>
      `${names.get(id)} ${kind} ${JSON.stringify(lasting(details))}`
    ).sort(),
    numbers: {
      programs: programs.map((row) => row.program_id),
      links: links.flatMap((row) => row.kernel_link_id ?? []),
    },
  };
}
