import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { counter, mustCount } from "../support/bpftool.ts";
import { Cli, type LoadedJson } from "../support/cli.ts";
import { must, mustRun } from "../support/must.ts";
import { Wire, type WireEnd } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { queryPrograms } from "../support/tcx_query.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:ip"] as const;
const PACKETS = 12;

type Side = "ingress" | "egress";

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

function place(end: WireEnd, side: Side, priority: number): string[] {
  const interfaceWords = ["--iface", end.interface, "--netns", end.netns];
  return ["tcx", ...interfaceWords, "--direction", side, "--priority", String(priority)];
}

async function loadThree(cli: Cli): Promise<number[]> {
  const programs = ["tcx_ingress_count", "tcx_egress_count", "tcx_ingress_count"];
  const loaded = await cli.load("tcx_counter", programs.map((name) => `tcx:${name}`).join(","));
  return loaded.map(idOf);
}

for (const side of ["ingress", "egress"] as const) {
  kernelTest(`TCX programs run on ${side} in the order of their priorities`, [
    ...NEEDS,
    "tcx",
  ], async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const [last, first, middle] = await loadThree(cli);
    const [a, b, c] = [must(last, "id"), must(first, "id"), must(middle, "id")];

    await cli.attach(a, ...place(wire.near, side, 90));
    await cli.attach(b, ...place(wire.near, side, 10));
    await cli.attach(c, ...place(wire.near, side, 50));

    deepStrictEqual(queryPrograms(wire.near, side), [b, c, a]);
    const { links } = await cli.json<{ links: { program_id: number; details: unknown }[] }>(
      ["list", "links"],
    );
    const positions = links.map((
      { program_id: id, details },
    ) => [id, (details as { position: number }).position]);
    deepStrictEqual(positions, [[a, 2], [b, 0], [c, 1]]);
    await cli.must(["unload", ...[a, b, c].map(String)]);
    deepStrictEqual(queryPrograms(wire.near, side), []);
    deepStrictEqual(workspace.litter(), []);
  });
}

kernelTest("TCX programs of one priority run in the order in which they were attached", [
  ...NEEDS,
  "tcx",
], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const ids = await loadThree(cli);
  const [a, b, c] = [must(ids[2], "id"), must(ids[0], "id"), must(ids[1], "id")];
  const links = [];
  for (const id of [a, b, c]) {
    links.push(await cli.attach(id, ...place(wire.near, "ingress", 7)));
  }
  deepStrictEqual(queryPrograms(wire.near, "ingress"), [a, b, c]);

  // the one in the middle leaves, and comes back as the last
  await cli.must(["detach", String(must(links[1], "link").record.id)]);
  deepStrictEqual(queryPrograms(wire.near, "ingress"), [a, c]);
  await cli.attach(b, ...place(wire.near, "ingress", 7));
  deepStrictEqual(queryPrograms(wire.near, "ingress"), [a, c, b]);
});

kernelTest("TCX programs count what comes in and what goes out", [...NEEDS, "tcx"], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const names = "tcx:tcx_ingress_count,tcx:tcx_egress_count";
  const [ingress, egress] = await cli.load("tcx_counter", names);
  const stats = (program: LoadedJson | undefined) =>
    `${must(program, "program").status.map_dir}/tcx_stats`;
  await cli.attach(idOf(ingress), ...place(wire.near, "ingress", 1));
  await wire.sendIn(PACKETS);
  await mustCount(stats(ingress), PACKETS, 0);

  const link = await cli.attach(idOf(egress), ...place(wire.near, "egress", 1));
  await wire.sendOut(PACKETS);
  await mustCount(stats(egress), PACKETS, 1);
  await cli.must(["detach", String(link.record.id)]);
  await wire.sendOut(PACKETS);
  strictEqual(await counter(stats(egress), 1), PACKETS, "counted after it was detached");
});

kernelTest("a TCX program that returns a verdict ends the chain, one that returns next does not", [
  ...NEEDS,
  "tcx",
], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [next] = await cli.load("tcx_counter", "tcx:tcx_ingress_count");
  const [ok] = await cli.load("tc_ok", "tcx:tc_ok");
  const seenByNext = `${must(next, "program").status.map_dir}/tcx_stats`;
  const seenByOk = `${must(ok, "program").status.map_dir}/tc_stats`;
  await cli.attach(idOf(next), ...place(wire.near, "ingress", 50));

  const behind = await cli.attach(idOf(ok), ...place(wire.near, "ingress", 60));
  await wire.sendIn(PACKETS);
  await mustCount(seenByOk, PACKETS);
  await mustCount(seenByNext, PACKETS);

  await cli.must(["detach", String(behind.record.id)]);
  await cli.attach(idOf(ok), ...place(wire.near, "ingress", 40));
  await wire.sendIn(PACKETS);
  await mustCount(seenByOk, PACKETS * 2);
  strictEqual(await counter(seenByNext), PACKETS, "the chain had ended before it");
  await cli.must(["unload", String(idOf(next)), String(idOf(ok))]);
});

kernelTest("a TCX program is refused twice on one hook, and not on the other side", [
  ...NEEDS,
  "tcx",
], async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("tcx_counter", "tcx:tcx_ingress_count");
  const id = idOf(program);
  const { record } = await cli.attach(id, ...place(wire.near, "ingress", 1));

  const twice = await cli.run(["attach", String(id), ...place(wire.near, "ingress", 2)]);

  strictEqual(twice.code, 1);
  match(twice.stderr, new RegExp(`Program ${id} is already attached .* as link ${record.id}\\n`));
  match(twice.stderr, new RegExp(`hint: .*detach ${record.id}\\n`));
  await cli.attach(id, ...place(wire.near, "egress", 2));
  deepStrictEqual(queryPrograms(wire.near, "ingress"), [id]);
  deepStrictEqual(queryPrograms(wire.near, "egress"), [id]);
});

kernelTest("a TCX link goes with its interface, and the program can be attached anew", [
  ...NEEDS,
  "tcx",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("tcx_counter", "tcx:tcx_ingress_count");
  const id = idOf(program);
  // the number of a namespace that is gone is given to a new one: all of them look the same
  for (const linkId of [1, 2]) {
    await using wire = await Wire.make();
    const words = ["attach", String(id), ...place(wire.near, "ingress", 1), "-o", "json"];
    const { code, stdout, stderr } = await cli.run(words);
    strictEqual(code, 0, stderr);
    match(stderr, linkId === 1 ? /^$/ : /^bpfman: note: link 1 has lost its interface: .*\n$/);
    strictEqual(JSON.parse(stdout).record.id, linkId);
    deepStrictEqual(queryPrograms(wire.near, "ingress"), [id]);
  }
  const list = await cli.run(["list", "links", "-o", "json"]);
  deepStrictEqual(JSON.parse(list.stdout), { links: [] });
  const detach = await cli.run(["detach", "2"]);
  strictEqual(detach.code, 0, detach.stderr);
  match(detach.stderr, /link 2 has lost its interface/);
  await cli.must(["unload", String(id)]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("TCX is refused on a kernel that is too old, in words", NEEDS, async () => {
  const release = (await mustRun("uname", ["-r"])).trim();
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const isNew = major > 6 || (major === 6 && minor >= 6);
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("tcx_counter", "tcx:tcx_ingress_count");
  const words = ["attach", String(idOf(program)), ...place(wire.near, "ingress", 1)];
  const { code, stderr } = await cli.run(words);

  strictEqual(code, isNew ? 0 : 5);
  if (!isNew) ok(stderr.includes(`TCX needs Linux 6.6 or newer, this is ${release}`), stderr);
  await cli.must(["unload", String(idOf(program))]);
  deepStrictEqual(workspace.litter(), []);
});
