import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { counter, mustCount, objectById } from "../support/bpftool.ts";
import {
  Cli,
  fixture,
  type LinkJson,
  type LoadedJson,
  type ProgramRowJson,
} from "../support/cli.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { lookAt } from "../support/world.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:tc"];
const XDP_PASS = 2;

function idOf(program: LoadedJson | undefined): string {
  return String(must(program, "program").record.program_id);
}

interface RunJson {
  readonly program: LoadedJson;
  readonly link: LinkJson;
}

kernelTest("run loads and attaches in one, and takes both back when it cannot", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const load = ["run", fixture("xdp_counter"), "--programs", "xdp:xdp_count"];
  const before = await lookAt(workspace, [], wire);

  const refused = await cli.run([...load, "--iface", "nothing0", "--netns", wire.near.netns]);
  strictEqual(refused.code, 3);
  deepStrictEqual(await lookAt(workspace, [], wire), before);

  const made = await cli.json<RunJson>([
    ...load,
    ...["--iface", wire.near.interface, "--netns", wire.near.netns],
  ]);
  await wire.sendIn(6);
  strictEqual(made.link.record.program_id, made.program.record.program_id);
  await mustCount(`${made.program.status.map_dir}/xdp_stats`, 6, XDP_PASS);
  await cli.must(["delete", "program", String(made.program.record.program_id)]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("the typed values of globals reach the program", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const values = [
    ...["sampling=100", "verdict=VERDICT_LOOK", "allow=10.0.0.0/8", "ports=80,443,8080"],
    ...["delta=-2", "is_on=true"],
  ];
  const made = await cli.json<RunJson>([
    ...["run", fixture("typed_globals"), "--programs", "xdp:show_globals"],
    ...values.flatMap((value) => ["-g", value]),
    ...["--iface", wire.near.interface, "--netns", wire.near.netns],
  ]);
  await wire.sendIn(1);

  const seen = `${made.program.status.map_dir}/seen`;
  // the last one that is checked; the others were written before it
  await mustCount(seen, 443, 4);
  const slots = await Promise.all([0, 1, 2, 3, 4].map((slot) => counter(seen, slot)));
  deepStrictEqual(slots, [100, 7, 8, 10, 443]);
  await cli.must(["program", "delete", "--all"]);
});

/** Loads an owner and two programs that share its maps. */
async function family(cli: Cli): Promise<[owner: string, first: string, second: string]> {
  const [owner] = await cli.load("xdp_counter", "xdp:xdp_count");
  const share = ["--map-owner-id", idOf(owner)];
  const [first] = await cli.load("xdp_counter", "xdp:xdp_count", share);
  const [second] = await cli.load("xdp_counter", "xdp:xdp_count", share);
  return [idOf(owner), idOf(first), idOf(second)];
}

kernelTest(
  "delete takes an owner alone, with all that share its maps, or everything",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const [owner, first, second] = await family(cli);

    // the maps stay for those that still use them
    await cli.must(["program", "delete", owner]);
    deepStrictEqual(workspace.names(`fs/maps/${owner}`).includes("xdp_stats"), true);
    const deleted = await cli.json<{ deleted: number[] }>(["program", "delete", first, "-r"]);
    deepStrictEqual(deleted.deleted, [Number(first), Number(second)]);
    deepStrictEqual(workspace.litter(), []);

    const [nextOwner, ...users] = await family(cli);
    const all = await cli.json<{ deleted: number[] }>(["program", "delete", "--all"]);
    deepStrictEqual(all.deleted, [...users, nextOwner].map(Number), "dependents first");
    deepStrictEqual(workspace.litter(), []);
  },
);

kernelTest("a delete goes on after a failure, and tells of it", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("xdp_pass", "xdp:xdp_pass");

  const { code, stderr } = await cli.run(["program", "delete", "999999", idOf(program)]);

  strictEqual(code, 3);
  match(stderr, /^Program 999999 does not exist$[^]*1 of 2 program\(s\) failed to delete/m);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("deleting the last link takes its program along", [...NEEDS, "tcx"], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("tcx_counter", "tcx:tcx_ingress_count");
  const id = Number(idOf(program));
  const place = [wire.near.interface, "--netns", wire.near.netns, "-p", "1", "--direction"];
  const first = await cli.attach(id, "tcx", ...place, "ingress");
  const second = await cli.attach(id, "tcx", ...place, "egress");

  await cli.must(["link", "delete", String(first.record.id)]);
  ok(await objectById("prog", id), "it has another link");
  const deleted = await cli.json<{ deleted: number[] }>([
    ...["link", "delete", String(second.record.id)],
  ]);
  deepStrictEqual(deleted.deleted, [id]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("selectors choose by metadata, -q prints ids", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [front] = await cli.load("xdp_pass", "xdp:xdp_pass", ["-m", "tier=front", "-a", "shop"]);
  const [back] = await cli.load("xdp_pass", "xdp:xdp_pass", ["-m", "tier=back", "-m", "old=yes"]);
  const chosen = async (selector: string) =>
    (await cli.must(["list", "programs", "-q", "-l", selector])).split("\n").filter(Boolean);

  deepStrictEqual(await chosen("tier in (front, back)"), [idOf(front), idOf(back)]);
  deepStrictEqual(await chosen("tier=front"), [idOf(front)]);
  deepStrictEqual(await chosen("tier,!old"), [idOf(front)]);
  deepStrictEqual(await chosen("bpfman.io/application=shop"), [idOf(front)]);
  deepStrictEqual(await chosen("tier notin (front)"), [idOf(back)]);
  deepStrictEqual(await chosen("tier=side"), []);
  await cli.must(["program", "delete", "--all"]);
});

kernelTest("list --all names the process that holds a program of others", NEEDS, async () => {
  await using workspace = await Workspace.make();
  // a process of its own, as none looks for what it holds itself
  const cli = new Cli(workspace, "process");
  // the library in this process holds what it has loaded, without a pin
  const { openKernel } = await import("../../ffi/mod.ts");
  using held = openKernel().loader.load({
    bytes: Deno.readFileSync(fixture("xdp_pass")),
    name: "held",
    program: "xdp_pass",
    type: 6,
    expectedAttachType: 37,
  });
  const { id } = openKernel().bpf.programInfoByFd(held.programFd);

  const { programs } = await cli.json<
    { programs: (ProgramRowJson & { holders: { pid: number; command: string }[] })[] }
  >(["list", "programs", "--all"]);

  const row = must(programs.find(({ program_id }) => program_id === id), "row");
  deepStrictEqual(row.holders.map(({ pid }) => pid).includes(Deno.pid), true);
  const mine = row.holders.find(({ pid }) => pid === Deno.pid);
  strictEqual(mine?.command, Deno.readTextFileSync("/proc/self/comm").trim());
});

kernelTest(
  "metadata and creation time of a link are kept, and shown alike later",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const [program] = await cli.load("xdp_pass", "xdp:xdp_pass");
    const place = [wire.near.interface, "--netns", wire.near.netns, "-p", "1", "-m", "owner=me"];
    const link = await cli.attach(Number(idOf(program)), "xdp", ...place);

    deepStrictEqual(link.record.metadata, { owner: "me" });
    ok(Math.abs(Date.now() - Date.parse(link.record.created_at)) < 600_000);
    deepStrictEqual(await cli.json<LinkJson>(["get", "link", String(link.record.id)]), link);
    await cli.must(["unload", idOf(program)]);
  },
);
