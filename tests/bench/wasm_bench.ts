/**
 * The WebAssembly module against libbpf of the same source, compiled for this machine, and against
 * our own BTF reader: ratios of processor time, of the best of several runs, taken in turns.
 *
 *     deno run -A tests/bench/wasm_bench.ts    a line per figure; exit code 1 when one is over
 *
 * @module
 */
import process from "node:process";
import { Inspector } from "../../bytecode-tools/inspector/inspector.ts";
import { readBtf } from "../../bytecode-tools/btf/btf.ts";
import { WASM_BASE64, WASM_SIZE } from "../../bytecode-tools/wasm/inspect_wasm.js";
import { gzipSize, SIZE_LIMITS } from "../../bytecode-tools/wasm/audit.ts";
import { run } from "../../bytecode-tools/wasm/process.ts";
import { compile } from "../support/compile.ts";
import { hostBtf, type KernelBtf, vmBtfs } from "../wasm/kernel_btf.ts";
import { ensureOracle } from "../wasm/native_oracle.ts";

const ROUNDS = 3;
const RUNS = 15;
const KIND_STRUCT = 4;
/** More names than are looked for without an index. */
const NAMES = [
  ...["task_struct", "file", "sock", "sk_buff", "net_device", "cred", "inode", "dentry"],
  ...["mm_struct", "page", "bpf_prog", "bpf_map", "cgroup", "nsproxy", "pid", "path"],
];

/** Paths that every program of the bench object reads; each arrow is a relocation. */
const PATHS = [
  "task->pid",
  "task->tgid",
  "task->flags",
  "task->prio",
  "task->group_leader->pid",
  "task->real_parent->tgid",
  "task->mm->arg_start",
  "task->mm->arg_end",
  "task->mm->owner->pid",
  "task->nsproxy->uts_ns->ns.inum",
  "task->cred->uid.val",
  "task->files->count.counter",
  "task->signal->leader_pid",
  "task->fs->umask",
];
const PROGRAMS = 200;

/** A large object: many programs that each read many fields of the kernel. */
function benchSource(): string {
  const reads = PATHS.map((path) =>
    `sum += (unsigned long)BPF_CORE_READ(task, ${
      path.slice("task->".length).replaceAll("->", ", ")
    });`
  ).join("\n  ");
  const programs = Array.from(
    { length: PROGRAMS },
    (_, index) =>
      `SEC("raw_tp/sys_enter") int program_${index}(void *ctx)
{
  struct task_struct *task = (void *)bpf_get_current_task();
  unsigned long sum = ${index};
  ${reads}
  return sum;
}`,
  );
  return `#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#define R __attribute__((preserve_access_index))
struct task_struct;
struct ns_common { unsigned int inum; } R;
struct uts_namespace { struct ns_common ns; } R;
struct nsproxy { struct uts_namespace *uts_ns; } R;
struct kuid { unsigned int val; };
typedef struct { unsigned int val; } kuid_t;
struct cred { kuid_t uid; } R;
typedef struct { int counter; } atomic_t;
struct files_struct { atomic_t count; } R;
struct signal_struct { int leader_pid; } R;
struct fs_struct { int umask; } R;
struct mm_struct { unsigned long arg_start, arg_end; struct task_struct *owner; } R;
struct task_struct { int pid, tgid, prio; unsigned int flags; struct mm_struct *mm;
  struct task_struct *group_leader, *real_parent; struct nsproxy *nsproxy; struct cred *cred;
  struct files_struct *files; struct signal_struct *signal; struct fs_struct *fs; } R;
${programs.join("\n")}
char LICENSE[] SEC("license") = "GPL";
`;
}

/** Best times in milliseconds. */
interface Times {
  /** Opening the BTF of a kernel. */
  btf: number;
  /** Opening and describing the object. */
  describe: number;
  /** Its CO-RE relocations. */
  core: number;
  /** C declarations of the whole kernel. */
  header: number;
}

function better(a: Times, b: Times): Times {
  return {
    btf: Math.min(a.btf, b.btf),
    describe: Math.min(a.describe, b.describe),
    core: Math.min(a.core, b.core),
    header: Math.min(a.header, b.header),
  };
}

/** Processor time, which other processes of a busy machine do not lengthen. */
function timed<T>(work: () => T): [result: T, milliseconds: number] {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1000];
}

function best(runs: number, work: () => unknown): number {
  return Math.min(...Array.from({ length: runs }, () => timed(work)[1]));
}

/** The module's times; the calls are those that native/oracle.c times. */
function wasmTimes(object: Uint8Array, kernel: KernelBtf): Times {
  let times: Times = { btf: Infinity, describe: Infinity, core: Infinity, header: Infinity };
  for (let index = 0; index < RUNS; index++) {
    using inspector = Inspector.fresh();
    const [btf, opened] = timed(() => inspector.openBtf(kernel.bytes));
    const [handle, described] = timed(() => {
      const handle = inspector.openObject(object);
      inspector.describe(handle);
      return handle;
    });
    inspector.setTarget(handle, btf);
    const [, resolved] = timed(() => inspector.relocateCore(handle));
    const header = index < 3 ? timed(() => inspector.dumpC(btf))[1] : Infinity;
    times = better(times, { btf: opened, describe: described, core: resolved, header });
  }
  return times;
}

/** The times of native libbpf and of the module, in turns. */
async function bothTimes(object: Uint8Array, kernel: KernelBtf): Promise<[Times, Times]> {
  const oracle = await ensureOracle();
  const path = await Deno.makeTempFile({ prefix: "bpfman-bench-" });
  await Deno.writeFile(path, object);
  let native: Times = { btf: Infinity, describe: Infinity, core: Infinity, header: Infinity };
  let wasm = native;
  for (let round = 0; round < ROUNDS; round++) {
    native = better(native, JSON.parse(await run(oracle, ["bench", path, kernel.path])));
    wasm = better(wasm, wasmTimes(object, kernel));
  }
  await Deno.remove(path);
  return [native, wasm];
}

/** A figure and its limit. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: "times" | "ms" | "bytes";
}

/** Measures everything. */
export async function measure(): Promise<Figure[]> {
  const kernel = (await vmBtfs()).find(({ name }) => name === "6.12") ?? await hostBtf();
  if (kernel === undefined) throw new Error("Cannot measure: there is no BTF of a kernel");
  const object = compile(benchSource());
  const [native, wasm] = await bothTimes(object, kernel);
  const index = best(RUNS, () => {
    const btf = readBtf(kernel.bytes);
    // the first questions are answered by a walk; only many make an index
    for (const name of NAMES) btf.find(name, KIND_STRUCT);
  });
  const instance = best(RUNS * 3, () => Inspector.fresh()[Symbol.dispose]());
  const whole = (times: Times): number => times.describe + times.core;
  const times = (name: string, value: number, limit: number): Figure => ({
    ...{ name, value, limit },
    unit: "times",
  });
  return [
    times("open, describe, CO-RE: module / native", whole(wasm) / whole(native), 2.2),
    times("open and describe alone: module / native", wasm.describe / native.describe, 2.5),
    times("CO-RE alone: module / native", wasm.core / native.core, 2.2),
    times("kernel BTF: module's btf__new / native btf__new", wasm.btf / native.btf, 3),
    times("kernel BTF: TypeScript index with names / native btf__new", index / native.btf, 3),
    times("C declarations of a kernel: module / native", wasm.header / native.header, 2.5),
    { name: "fresh instance", value: instance, limit: 0.5, unit: "ms" },
    { name: "module", value: WASM_SIZE, limit: SIZE_LIMITS.plain, unit: "bytes" },
    {
      name: "module, compressed by gzip",
      value: await gzipSize(Uint8Array.fromBase64(WASM_BASE64)),
      limit: SIZE_LIMITS.gzip,
      unit: "bytes",
    },
  ];
}

/** A figure as a line of text. */
function figureLine({ name, value, limit, unit }: Figure): string {
  const digits = unit === "bytes" ? 0 : 2;
  const verdict = value <= limit ? "ok" : "OVER";
  return `${verdict.padEnd(5)}${name}: ${value.toFixed(digits)} ${unit} (at most ${limit})`;
}

if (import.meta.main) {
  const figures = await measure();
  for (const figure of figures) console.log(figureLine(figure));
  Deno.exit(figures.every(({ value, limit }) => value <= limit) ? 0 : 1);
}
