/**
 * What an independent tool says of the kernel.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { KernelProgramJson } from "./cli.ts";
import { must, mustBecome, mustRun, runProgram } from "./must.ts";

/** A program as bpftool prints it. */
export interface BpftoolProgram {
  readonly id: number;
  readonly type: string;
  readonly name?: string;
  readonly tag: string;
  readonly gpl_compatible: boolean;
  readonly loaded_at: number;
  readonly uid: number;
  readonly bytes_xlated: number;
  readonly bytes_jited: number;
  readonly bytes_memlock: number;
  readonly map_ids?: readonly number[];
  readonly btf_id?: number;
  readonly run_time_ns?: number;
  readonly run_cnt?: number;
}

/** A map as bpftool prints it. */
export interface BpftoolMap {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly flags: number;
  readonly bytes_key: number;
  readonly bytes_value: number;
  readonly max_entries: number;
  readonly bytes_memlock: number;
  readonly frozen: number;
}

/** A link as bpftool prints it. */
export interface BpftoolLink {
  readonly id: number;
  readonly prog_id: number;
}

/** Kinds of kernel objects that have ids. */
export type ObjectKind = "prog" | "map" | "link";

/** Runs bpftool and reads its JSON. */
export async function bpftool<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await mustRun("bpftool", ["-j", ...args]));
}

/** How often a list is asked for: bpftool fails when something goes away while it looks. */
const MOST_LOOKS = 20;

/** Everything of a kind. */
export async function bpftoolList<T>(kind: ObjectKind): Promise<readonly T[]> {
  for (let look = 1;; look++) {
    const { code, stdout, stderr } = await runProgram("bpftool", ["-j", kind, "show"]);
    if (code === 0) return JSON.parse(stdout);
    if (look < MOST_LOOKS) continue;
    throw new Error(`Cannot list with bpftool: exit code ${code}\n${stderr}${stdout}`);
  }
}

/** One object by id, undefined when the kernel does not have it. */
export async function objectById<T>(kind: ObjectKind, id: number): Promise<T | undefined> {
  const { code, stdout } = await runProgram("bpftool", ["-j", kind, "show", "id", String(id)]);
  return code === 0 ? JSON.parse(stdout) : undefined;
}

/** Compares what the tool says of a program in the kernel with what bpftool says. */
export async function mustMatchBpftool(kernel: KernelProgramJson): Promise<void> {
  const theirs = must(await objectById<BpftoolProgram>("prog", kernel.id), "program in bpftool");
  // bpftool takes the whole name from BTF
  strictEqual(kernel.name, theirs.name?.slice(0, 15));
  // the words of bpfman, which are those of bpftool without the lines
  strictEqual(kernel.program_type, theirs.type.replaceAll("_", ""));
  strictEqual(kernel.tag, theirs.tag);
  strictEqual(kernel.uid, theirs.uid);
  strictEqual(kernel.xlated_size, theirs.bytes_xlated);
  strictEqual(kernel.jited_size, theirs.bytes_jited);
  strictEqual(kernel.memlock, theirs.bytes_memlock);
  strictEqual(kernel.btf_id, theirs.btf_id);
  deepStrictEqual(kernel.map_ids, theirs.map_ids ?? []);
  const apart = Math.abs(Date.parse(kernel.loaded_at) / 1000 - theirs.loaded_at);
  // bpftool leaves the parts of seconds out, and reads its clocks once
  ok(apart <= 2, `loaded_at is ${apart} s apart`);
}

/** Waits until an object is gone: the kernel frees maps and programs some time after their last use. */
export async function mustVanish(kind: ObjectKind, id: number): Promise<void> {
  await mustBecome(
    `the end of ${kind} ${id}`,
    async () => await objectById(kind, id) === undefined,
  );
}

/** Ids of every object of a kind. */
export async function objectIds(kind: ObjectKind): Promise<Set<number>> {
  const found = await bpftoolList<{ readonly id: number }>(kind);
  return new Set(found.map(({ id }) => id));
}

interface MapEntry {
  readonly formatted: {
    readonly key: number;
    readonly value?: number;
    readonly values?: readonly { readonly value: { readonly packets: number } }[];
  };
}

/** A slot of a pinned map of counters; per-CPU values are added up. */
export async function counter(pin: string, slot = 0): Promise<number> {
  const entries = await bpftool<readonly MapEntry[]>("map", "dump", "pinned", pin);
  const entry = entries.find(({ formatted }) => formatted.key === slot);
  if (entry === undefined) throw new Error(`Cannot read "${pin}": it has no slot ${slot}`);
  const { value, values } = entry.formatted;
  return value ?? (values ?? []).reduce((sum, { value }) => sum + value.packets, 0);
}

/**
 * Waits until a slot has come to a number, and fails where it has gone beyond: a packet may wait
 * for its turn in the kernel for a while after its sender is done.
 */
export async function mustCount(pin: string, wanted: number, slot = 0): Promise<void> {
  let seen = 0;
  await mustBecome(
    () => `slot ${slot} of "${pin}" has ${seen}: ${wanted}`,
    async () => (seen = await counter(pin, slot)) >= wanted,
  );
  strictEqual(seen, wanted, `slot ${slot} of "${pin}"`);
}
