import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { counter } from "../support/bpftool.ts";
import { Cli, fixture, type LoadedJson } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { lookAt } from "../support/world.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "tracefs", "command:bpftool"];

function idOf(program: LoadedJson | undefined): string {
  return String(must(program, "program").record.program_id);
}

kernelTest("a kprobe names near functions, and refuses offsets outside", [
  ...NEEDS,
  "kprobe",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [entry, exit] = await cli.load(
    "kprobe_counter",
    "kprobe:kprobe_count,kretprobe:kretprobe_count",
  );
  const before = await lookAt(workspace, []);
  const cases: readonly (readonly [args: string[], code: number, says: RegExp])[] = [
    [[idOf(entry), "kprobe", "vfs_unlnik"], 3, /not found; did you mean: .*vfs_unlink/],
    [
      [idOf(entry), "kprobe", "vfs_unlink", "--offset", "1000000"],
      1,
      /at offset 1000000: the function has only \d+ byte\(s\)/,
    ],
    [[idOf(exit), "kprobe", "vfs_unlink", "--offset", "33"], 5, /Cannot probe "vfs_unlink"/],
  ];

  for (const [args, code, says] of cases) {
    const result = await cli.run(["attach", ...args]);
    strictEqual(result.code, code, result.stderr);
    match(result.stderr, says);
    deepStrictEqual(await lookAt(workspace, []), before, args.join(" "));
  }
  await cli.must(["unload", idOf(entry), idOf(exit)]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("three programs on one kernel function count alike", [...NEEDS, "kprobe"], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const pid = new Uint8Array(Uint32Array.of(Deno.pid).buffer).toHex();
  const spec = "kprobe:kprobe_count,kprobe:kprobe_count,kprobe:kprobe_count";
  const programs = await cli.load("kprobe_counter", spec, ["-g", `target_tgid=0x${pid}`]);
  for (const program of programs) await cli.attach(Number(idOf(program)), "kprobe", "vfs_unlink");
  const count = () =>
    Promise.all(programs.map(({ status }) => counter(`${status.map_dir}/kprobe_stats`)));

  const path = Deno.makeTempFileSync({ dir: "/dev/shm" });
  const before = await count();
  Deno.removeSync(path);
  deepStrictEqual((await count()).map((now, at) => now - (before[at] ?? 0)), [1, 1, 1]);
  await cli.must(["unload", ...programs.map(idOf)]);
});

kernelTest("an fentry target and an LSM hook that do not exist name near ones", [
  ...NEEDS,
  "fentry",
  "lsm",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const cases: readonly (readonly [fixture: string, spec: string, says: RegExp])[] = [
    ["fentry_counter", "fentry:fentry_count:vfs_unlnik", /did you mean: .*vfs_unlink/],
    ["lsm_counter", "lsm:file_open_count:file_opne", /did you mean: .*file_open/],
  ];
  for (const [name, spec, says] of cases) {
    const { code, stderr } = await cli.run(["load", "file", fixture(name), "--programs", spec]);
    strictEqual(code, 3, stderr);
    match(stderr, says);
    deepStrictEqual(workspace.litter(), []);
  }
});

kernelTest("a raw tracepoint that does not exist names near ones", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("sampler", "raw_tracepoint:switch_count");
  const before = await lookAt(workspace, []);

  const { code, stderr } = await cli.run([
    ...["attach", idOf(program), "raw_tracepoint", "sched_swicth"],
  ]);

  strictEqual(code, 3);
  match(stderr, /did you mean: .*sched_switch/);
  deepStrictEqual(await lookAt(workspace, []), before);
  await cli.must(["unload", idOf(program)]);
});

kernelTest(
  "one perf_event link stands for every processor, and all of it goes",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const [program] = await cli.load("sampler", "perf_event:sample_count");
    const id = Number(idOf(program));
    const link = await cli.attach(id, "perf_event", "--frequency", "100");

    const cpus = link.record.details["cpus"] as number[];
    strictEqual(workspace.names("fs/links").length, cpus.length);
    strictEqual(link.record.details["frequency"], 100);
    await cli.must(["detach", String(link.record.id)]);
    deepStrictEqual(workspace.names("fs/links"), []);
    await cli.must(["unload", String(id)]);
  },
);
