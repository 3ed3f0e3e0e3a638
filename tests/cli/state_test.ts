import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  bpftool,
  type BpftoolMap,
  type BpftoolProgram,
  mustMatchBpftool,
  mustVanish,
  objectById,
} from "../support/bpftool.ts";
import { Cli, fixture, type LoadedJson, type ProgramRowJson } from "../support/cli.ts";
import { must, mustRun } from "../support/must.ts";
import { Actor } from "../support/actor.ts";
import { OwnObject } from "../support/own_object.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool"] as const;
const RUN_STATS = "/proc/sys/kernel/bpf_stats_enabled";

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

/** Switches run statistics on until it is disposed. */
function switchOnRunStats(): Disposable {
  const before = Deno.readTextFileSync(RUN_STATS);
  Deno.writeTextFileSync(RUN_STATS, "1");
  return { [Symbol.dispose]: () => Deno.writeTextFileSync(RUN_STATS, before) };
}

async function listedIds(cli: Cli, ...filters: readonly string[]): Promise<number[]> {
  const text = await cli.must(["list", "programs", "-q", ...filters]);
  return text.split("\n").filter((line) => line !== "").map(Number);
}

kernelTest("get program says of the kernel's side what bpftool says", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [loaded] = await cli.load("xdp_counter", "xdp:xdp_count", ["-g", "sampling=0x02000000"]);
  const id = idOf(loaded);

  const got = await cli.json<LoadedJson>(["get", "program", String(id)]);
  const kernel = must(got.status.kernel, "kernel side");
  const theirs = must(await objectById<BpftoolProgram>("prog", id), "program in bpftool");

  strictEqual(kernel.id, id);
  await mustMatchBpftool(kernel);
  strictEqual(got.record.gpl_compatible, theirs.gpl_compatible);
  deepStrictEqual(must(loaded, "program").status.kernel, kernel, "load and get differ");
  await cli.must(["unload", String(id)]);
});

kernelTest("get program says of the maps what bpftool says", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [loaded] = await cli.load("xdp_counter", "xdp:xdp_count");
  const { status } = await cli.json<LoadedJson>(["get", "program", String(idOf(loaded))]);

  strictEqual(status.maps.length, 5);
  for (const map of status.maps) {
    const theirs = must(await objectById<BpftoolMap>("map", map.id), `map ${map.id}`);
    strictEqual(map.name, theirs.name);
    strictEqual(map.key_size, theirs.bytes_key);
    strictEqual(map.value_size, theirs.bytes_value);
    strictEqual(map.max_entries, theirs.max_entries);
    strictEqual(map.flags, theirs.flags);
    strictEqual(map.memlock, theirs.bytes_memlock);
    strictEqual(map.frozen, theirs.frozen === 1);
    strictEqual(map.map_type, theirs.type.replaceAll("_", ""));
  }
  const pinned = status.maps.filter(({ present }) => present);
  deepStrictEqual(pinned.map(({ name }) => name).sort(), ["xdp_globals", "xdp_stats"]);
  for (const { id, pin_path: path } of pinned) {
    strictEqual((await bpftool<BpftoolMap>("map", "show", "pinned", path)).id, id);
  }
});

kernelTest("get program counts runs when the kernel does", [...NEEDS, "tracefs"], async () => {
  await using workspace = await Workspace.make();
  await using actor = await Actor.start();
  const cli = new Cli(workspace);
  const [loaded] = await cli.load("tracepoint_counter", "tracepoint:count_openat");
  const id = idOf(loaded);
  const link = await cli.attach(id, "tracepoint", "--tracepoint", "syscalls/sys_enter_openat");
  {
    using _stats = switchOnRunStats();
    await actor.openFiles(20);
  }
  await cli.must(["detach", String(link.record.id)]);

  const { status } = await cli.json<LoadedJson>(["get", "program", String(id)]);
  const theirs = must(await objectById<BpftoolProgram>("prog", id), "program in bpftool");

  const { run_count: runs, runtime } = must(status.stats, "statistics");
  ok(runs >= 20, `${runs} runs`);
  strictEqual(runs, theirs.run_cnt);
  strictEqual(runtime, theirs.run_time_ns);
});

kernelTest("list programs --all shows what others loaded", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const object = await OwnObject.make(workspace.path, "xdp_pass", ["xdp_pass"]);
  const cli = new Cli(workspace);
  const [own] = await cli.load("xdp_pass", "xdp:xdp_pass");
  const pin = `${workspace.bpffs}/theirs`;
  await mustRun("bpftool", ["prog", "load", object.path, pin, "type", "xdp"]);
  const [foreign] = object.programsInKernel();

  const { programs } = await cli.json<{ programs: ProgramRowJson[] }>(["list", "programs", "-a"]);
  const rows = programs.filter(({ program_id: id }) => id === foreign || id === idOf(own));

  deepStrictEqual(
    rows.map(({ program_id: id, managed, type, function_name: name }) => [id, managed, type, name]),
    [[idOf(own), true, "xdp", "xdp_pass"], [foreign, false, "xdp", object.name("xdp_pass")]],
  );
  deepStrictEqual(await listedIds(cli), [idOf(own)]);
  // of programs of others, only what the kernel calls their type is known
  strictEqual((await listedIds(cli, "--all", "--type", "xdp")).includes(must(foreign, "id")), true);
  strictEqual(
    (await listedIds(cli, "--all", "--type", "tcx")).includes(must(foreign, "id")),
    false,
  );
  const refused = await cli.run(["unload", String(foreign)]);
  match(refused.stderr, /exists in kernel but is not managed/);
  await Deno.remove(pin);
  await mustVanish("prog", must(foreign, "foreign program"));
});

kernelTest("list programs keeps what its filters say", [...NEEDS, "tracefs"], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const shop = ["--application", "shop", "-m", "tier=front", "-m", "team=net"];
  const [a, b] = (await cli.load("many", "xdp:xdp_first,tracepoint:many_openat", shop)).map(idOf);
  const [c] = (await cli.load("many", "tcx:tc_first", ["-m", "tier=back"])).map(idOf);
  const place = ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"];
  const link = await cli.attach(must(b, "id"), ...place);

  deepStrictEqual(await listedIds(cli), [a, b, c]);
  deepStrictEqual(await listedIds(cli, "--application", "shop"), [a, b]);
  deepStrictEqual(await listedIds(cli, "--application", "other"), []);
  deepStrictEqual(await listedIds(cli, "-m", "tier=back"), [c]);
  deepStrictEqual(await listedIds(cli, "-m", "tier=front", "-m", "team=net"), [a, b]);
  deepStrictEqual(await listedIds(cli, "-m", "tier=back", "-m", "team=net"), []);
  deepStrictEqual(await listedIds(cli, "--type", "xdp,tcx"), [a, c]);
  deepStrictEqual(await listedIds(cli, "--attached"), [b]);
  deepStrictEqual(await listedIds(cli, "--unattached"), [a, c]);
  deepStrictEqual(await listedIds(cli, "--unattached", "--application", "shop"), [a]);
  const { programs } = await cli.json<{ programs: ProgramRowJson[] }>(["list", "programs"]);
  deepStrictEqual(programs.map(({ application }) => application), ["shop", "shop", ""]);
  deepStrictEqual(programs.map(({ links }) => links), [[], [link.record.id], []]);
});

kernelTest("pinned programs and their rows say the same id", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const loaded = await cli.load("many", "xdp:xdp_first,xdp:xdp_first,tcx:tc_first");
  strictEqual(new Set(loaded.map(idOf)).size, 3, "one program per request, also of one name");
  for (const { record, status } of loaded) {
    const theirs = await bpftool<BpftoolProgram>("prog", "show", "pinned", status.prog_pin);
    strictEqual(theirs.id, record.program_id);
    strictEqual(record.load.source_path, fixture("many"));
  }
});
