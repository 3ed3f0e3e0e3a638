import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { counter, mustCount } from "../support/bpftool.ts";
import { Cli, type LinkJson, type LinkRecordJson, type LoadedJson } from "../support/cli.ts";
import { openOn } from "../support/in_process.ts";
import { must, mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:tc"];
const XDP_PASS = 2;
const PACKETS = 10;

interface DispatcherJson {
  readonly key: { readonly type: string; readonly nsid: number; readonly ifindex: number };
  readonly engine: { readonly name: string };
  readonly member_count?: number;
  readonly members?: readonly { readonly link_id: number; readonly runs: number | null }[];
}

interface ChainJson {
  readonly engine: string;
  readonly choice: string;
  readonly length: number;
  readonly runs: number | null;
}

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

function pinOf(program: LoadedJson | undefined, map: string): string {
  return `${must(program, "program").status.map_dir}/${map}`;
}

function chainOf(link: LinkJson): ChainJson {
  return must((link.status as unknown as { chain?: ChainJson }).chain, "chain");
}

/** Links in the order of their ids, with their positions. */
async function positions(cli: Cli): Promise<unknown[]> {
  const { links } = await cli.json<{ links: LinkRecordJson[] }>(["list", "links"]);
  return links.map(({ id, details }) => [id, details["position"]]);
}

function inside(wire: Wire, ...words: readonly string[]): Promise<string> {
  return mustRun("nsenter", [`--net=${wire.near.netns}`, ...words]);
}

kernelTest(
  "programs of one interface run by priority, and proceed-on decides who comes next",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const [count] = await cli.load("xdp_counter", "xdp:xdp_count");
    const [pass] = await cli.load("xdp_pass", "xdp:xdp_pass");
    const stats = pinOf(count, "xdp_stats");
    const place = ["xdp", wire.near.interface, "--netns", wire.near.netns];
    const first = await cli.attach(idOf(count), ...place, "-p", "55");
    deepStrictEqual([chainOf(first).engine, chainOf(first).length], ["direct", 1]);

    const second = await cli.attach(idOf(pass), ...place, "-p", "50", "--proceed-on", "drop");
    deepStrictEqual([chainOf(second).engine, chainOf(second).length], ["compose", 2]);
    deepStrictEqual(await positions(cli), [[1, 1], [2, 0]]);
    const before = await counter(stats, XDP_PASS);
    await wire.sendIn(PACKETS);
    strictEqual(await counter(stats, XDP_PASS), before, "it counted behind a program that stops");

    await cli.json(["link", "update", "2", "--priority", "60"]);
    deepStrictEqual(await positions(cli), [[1, 0], [2, 1]]);
    await wire.sendIn(PACKETS);
    await mustCount(stats, before + PACKETS, XDP_PASS);

    await cli.json(["link", "update", "2", "-p", "50", "--proceed-on", "pass,drop"]);
    await wire.sendIn(PACKETS);
    await mustCount(stats, before + 2 * PACKETS, XDP_PASS);
    const shown = await cli.json<LinkJson>(["get", "link", "1"]);
    ok((chainOf(shown).runs ?? 0) >= 2 * PACKETS, `runs: ${chainOf(shown).runs}`);
    match(await cli.must(["get", "link", "1"]), /Engine: +compose\n/);

    await cli.must(["unload", String(idOf(count)), String(idOf(pass))]);
    strictEqual((await inside(wire, "ip", "link", "show")).includes("prog/xdp"), false);
    deepStrictEqual(workspace.litter(), []);
  },
);

kernelTest(
  "TC programs of one side form a chain on a clsact that goes with it",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const { interface: name, netns } = wire.near;
    const [count] = await cli.load("tcx_counter", "tc:tcx_egress_count");
    const [verdict] = await cli.load("tc_ok", "tc:tc_ok");
    const stats = pinOf(count, "tcx_stats");
    const place = ["tc", name, "egress", "--netns", netns];
    await cli.attach(idOf(count), ...place, "-p", "20");
    await cli.attach(idOf(verdict), ...place, "-p", "10");
    await wire.sendOut(PACKETS);
    strictEqual(await counter(stats, 1), 0, "it counted behind a program that ends the chain");

    await cli.json(["link", "update", "2", "--proceed-on", "ok"]);
    await wire.sendOut(PACKETS);
    await mustCount(stats, PACKETS, 1);

    await cli.must(["detach", "1"]);
    match(await inside(wire, "tc", "filter", "show", "dev", name, "egress"), /pref 50 bpf/);
    await cli.must(["detach", "2"]);
    strictEqual((await inside(wire, "tc", "qdisc", "show", "dev", name)).includes("clsact"), false);
    await cli.must(["unload", String(idOf(count)), String(idOf(verdict))]);
    deepStrictEqual(workspace.litter(), []);
  },
);

kernelTest("several changes of a hook are one swap", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  await using manager = await openOn(workspace);
  const cli = new Cli(workspace);
  const [count] = await cli.load("xdp_counter", "xdp:xdp_count");
  const [drop] = await cli.load("xdp_drop", "xdp:xdp_drop");
  const target = (priority: number) =>
    ({ kind: "xdp", interface: wire.near.interface, netns: wire.near.netns, priority }) as const;
  const [a, b] = await manager.changeChain({
    attach: [
      { programId: idOf(count), target: target(10) },
      { programId: idOf(drop), target: target(20) },
    ],
  });
  deepStrictEqual([a?.chain?.revision, a?.position, b?.position], [1, 0, 1]);
  await wire.sendIn(PACKETS);
  await mustCount(pinOf(count, "xdp_stats"), PACKETS, XDP_PASS);

  const [moved, joined] = await manager.changeChain({
    attach: [{ programId: idOf(count), target: target(5) }],
    update: [{ id: must(b, "link").record.id, priority: 1 }],
    detach: [must(a, "link").record.id],
  });
  deepStrictEqual([moved?.position, joined?.position, moved?.chain?.revision], [1, 0, 2]);
  await wire.sendIn(PACKETS);
  strictEqual(await counter(pinOf(count, "xdp_stats"), XDP_PASS), PACKETS, "it drops first now");
  const [dispatcher] = await manager.listDispatchers();
  strictEqual(dispatcher?.members.length, 2);
  await cli.must(["delete", "program", "--all"]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("a chain that loses its interface or namespace stops nobody", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [xdp] = await cli.load("xdp_counter", "xdp:xdp_count");
  const [tc] = await cli.load("tc_ok", "tc:tc_ok");
  {
    await using wire = await Wire.make();
    const place = [wire.near.interface, "--netns", wire.near.netns, "-p", "1"];
    const [name = "", ...rest] = place;
    for (let at = 0; at < 3; at++) {
      await cli.attach(idOf(xdp), "xdp", ...place);
      await cli.attach(idOf(tc), "tc", name, "ingress", ...rest);
    }
    await inside(wire, "ip", "link", "del", wire.near.interface);
    for (const id of ["1", "2", "5", "6"]) {
      const { stdout } = await cli.run(["get", "link", id, "-o", "json"]);
      strictEqual(JSON.parse(stdout).status.problem, "interface-gone", `link ${id}`);
    }
    const listed = await cli.run(["list", "links"]);
    match(listed.stderr, /links 1, 3, 5 on "bpfa" have lost the interface: they are forgotten/);
  }
  const { stdout } = await cli.run(["get", "link", "3", "-o", "json"]);
  strictEqual(JSON.parse(stdout).status.problem, "netns-gone");
  const { code, stderr } = await cli.run(["detach", "1", "2", "3"]);
  strictEqual(code, 0, stderr);
  strictEqual(await cli.must(["list", "links", "-q"]), "");
  strictEqual((await cli.run(["dispatcher", "list"])).stdout, "");
  await cli.must(["unload", String(idOf(xdp)), String(idOf(tc))]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("dispatcher verbs show a chain and take it away", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [count] = await cli.load("xdp_counter", "xdp:xdp_count");
  const place = ["xdp", wire.near.interface, "--netns", wire.near.netns, "-p", "1"];
  await cli.attach(idOf(count), ...place);
  await cli.attach(idOf(count), ...place);
  const { dispatchers } = await cli.json<{ dispatchers: DispatcherJson[] }>(["dispatcher", "list"]);
  const [row] = dispatchers;
  deepStrictEqual([row?.engine.name, row?.member_count, dispatchers.length], ["compose", 2, 1]);
  const { type, nsid, ifindex } = must(row, "dispatcher").key;
  const words = [type, String(nsid), String(ifindex)];
  await wire.sendIn(PACKETS);
  const shown = await cli.json<DispatcherJson>(["dispatcher", "get", ...words]);
  deepStrictEqual(shown.members?.map(({ link_id, runs }) => [link_id, runs]), [
    [1, PACKETS],
    [2, PACKETS],
  ]);
  await cli.must(["dispatcher", "delete", ...words]);
  strictEqual((await inside(wire, "ip", "link", "show")).includes("prog/xdp"), false);
  strictEqual(await cli.must(["list", "links", "-q"]), "");
  strictEqual((await cli.run(["dispatcher", "get", ...words])).code, 3);
  await cli.must(["unload", String(idOf(count))]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("a chain that nobody remembers keeps running until it is deleted", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [count] = await cli.load("xdp_counter", "xdp:xdp_count");
  const place = ["xdp", wire.near.interface, "--netns", wire.near.netns, "-p", "1"];
  await cli.attach(idOf(count), ...place);
  await cli.attach(idOf(count), ...place);
  const { dispatchers } = await cli.json<{ dispatchers: DispatcherJson[] }>(["dispatcher", "list"]);
  const { type, nsid, ifindex } = must(dispatchers[0], "dispatcher").key;
  Deno.removeSync(`${workspace.path}/db`, { recursive: true });
  Deno.removeSync(`${workspace.path}/rows.json`);

  const { code, stderr } = await cli.run(["attach", String(idOf(count)), ...place]);
  strictEqual(code, 5, stderr);
  match(stderr, /already has an XDP program attached/);
  await wire.sendIn(PACKETS);
  await mustCount(pinOf(count, "xdp_stats"), 2 * PACKETS, XDP_PASS);

  await cli.must(["dispatcher", "delete", type, String(nsid), String(ifindex)]);
  strictEqual((await inside(wire, "ip", "link", "show")).includes("prog/xdp"), false);
  await cli.attach(idOf(count), ...place);
  await cli.must(["unload", String(idOf(count))]);
  deepStrictEqual(workspace.litter(), []);
});
