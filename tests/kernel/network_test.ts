import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { counter, mustCount } from "../support/bpftool.ts";
import { Cli, fixture, type LoadedJson } from "../support/cli.ts";
import { must, mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:tc"];
const XDP_PASS = 2;

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

function pinOf(program: LoadedJson | undefined, map: string): string {
  return `${must(program, "program").status.map_dir}/${map}`;
}

/** Runs a program in the near namespace. */
function inside(wire: Wire, ...words: readonly string[]): Promise<string> {
  return mustRun("nsenter", [`--net=${wire.near.netns}`, ...words]);
}

kernelTest(
  "XDP is native where the driver can, generic where it cannot, and as forced",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const [program] = await cli.load("xdp_counter", "xdp:xdp_count");
    const id = idOf(program);
    const { interface: name, netns } = wire.near;
    const place = ["--netns", netns, "-p", "1"];

    for (
      const [device, more, mode, shown] of [
        [name, [], "native", "xdp "],
        [name, ["--mode", "generic"], "generic", "xdpgeneric "],
        ["lo", [], "generic", "xdpgeneric "],
      ] as const
    ) {
      const link = await cli.attach(id, "xdp", device, ...place, ...more);
      strictEqual(link.record.details["mode"], mode, device);
      strictEqual((await inside(wire, "ip", "link", "show", device)).includes(shown), true, device);
      await cli.must(["detach", String(link.record.id)]);
    }
    const forced = await cli.run([
      "attach",
      String(id),
      "xdp",
      "lo",
      ...place,
      "--mode",
      "native",
    ]);
    strictEqual(forced.code, 5);
    match(forced.stderr, /Cannot attach to interface "lo" in native mode/);
    await cli.must(["unload", String(id)]);
    deepStrictEqual(workspace.litter(), []);
  },
);

kernelTest("an XDP program for frags loads and counts on a large interface", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  for (const end of [wire.near, wire.far]) {
    await mustRun("nsenter", [
      `--net=${end.netns}`,
      ...["ip", "link", "set", end.interface, "mtu", "9000"],
    ]);
  }
  const place = ["xdp", wire.near.interface, "--netns", wire.near.netns, "-p", "1"];
  const [plain] = await cli.load("xdp_counter", "xdp:xdp_count");
  // a driver takes packets of several buffers only with a program that says it can
  const fallback = await cli.attach(idOf(plain), ...place);
  strictEqual(fallback.record.details["mode"], "generic");
  await cli.must(["unload", String(idOf(plain))]);

  const [program] = await cli.load("xdp_frags", "xdp:xdp_frags_count");
  const link = await cli.attach(idOf(program), ...place);
  await wire.sendIn(5);
  strictEqual(link.record.details["mode"], "native");
  await mustCount(pinOf(program, "frags_stats"), 5);
  await cli.must(["unload", String(idOf(program))]);
});

kernelTest("a foreign XDP program stays, and is named with whoever holds it", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const { interface: name, netns } = wire.near;
  const object = fixture("xdp_pass");
  await inside(wire, "ip", "link", "set", name, "xdp", "obj", object, "sec", "xdp");
  const before = await inside(wire, "ip", "-o", "link", "show", name);
  const [program] = await cli.load("xdp_counter", "xdp:xdp_count");

  const { code, stderr } = await cli.run([
    ...["attach", String(idOf(program)), "xdp", name, "--netns", netns, "-p", "1"],
  ]);

  strictEqual(code, 5);
  match(
    stderr,
    /already has an XDP program attached: program \d+ "xdp_pass"( \(held by .*\))? is attached to it/,
  );
  strictEqual(await inside(wire, "ip", "-o", "link", "show", name), before);
  deepStrictEqual(workspace.names("fs/links"), []);
  await cli.must(["unload", String(idOf(program))]);
});

kernelTest("TC counts on both sides and leaves filters of others alone", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const { interface: name, netns } = wire.near;
  await inside(wire, "tc", "qdisc", "add", "dev", name, "clsact");
  await inside(
    wire,
    ...["tc", "filter", "add", "dev", name, "ingress", "pref", "50"],
    ...["bpf", "da", "obj", fixture("tc_verdict"), "sec", "tc"],
  );
  const foreign = await inside(wire, "tc", "filter", "show", "dev", name, "ingress");
  const [incoming, outgoing] = await cli.load(
    "tcx_counter",
    "tc:tcx_ingress_count,tc:tcx_egress_count",
  );
  const place = ["--netns", netns, "-p", "50"];

  const first = await cli.attach(idOf(incoming), "tc", name, "ingress", ...place);
  const second = await cli.attach(idOf(outgoing), "tc", name, "egress", ...place);
  await wire.sendOut(4);
  await mustCount(pinOf(outgoing, "tcx_stats"), 4, 1);
  await wire.sendIn(10);
  await mustCount(pinOf(incoming, "tcx_stats"), 10, 0);
  strictEqual(first.record.details["filter_priority"], 51, "50 belongs to somebody else");

  await cli.must(["detach", String(first.record.id), String(second.record.id)]);
  await wire.sendIn(10);
  strictEqual(await counter(pinOf(incoming, "tcx_stats"), 0), 10, "counted after detach");
  strictEqual(await inside(wire, "tc", "filter", "show", "dev", name, "ingress"), foreign);
  match(await inside(wire, "tc", "qdisc", "show", "dev", name), /clsact/);
  await cli.must(["unload", String(idOf(incoming)), String(idOf(outgoing))]);
});

kernelTest(
  "a foreign ingress qdisc stays, and the command that removes it is named",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const { interface: name, netns } = wire.near;
    await inside(wire, "tc", "qdisc", "add", "dev", name, "ingress");
    const [program] = await cli.load("tc_ok", "tc:tc_ok");

    const { code, stderr } = await cli.run([
      ...["attach", String(idOf(program)), "tc", name, "ingress", "--netns", netns, "-p", "1"],
    ]);

    strictEqual(code, 5);
    match(stderr, /a "ingress" qdisc already occupies the ingress qdisc slot/);
    const remove = /nsenter --net=\S+ tc qdisc del dev \S+ ingress/.exec(stderr)?.[0];
    match(await inside(wire, "tc", "qdisc", "show", "dev", name), /qdisc ingress/);
    await mustRun("sh", ["-c", must(remove, "command")]);
    await cli.attach(idOf(program), "tc", name, "ingress", "--netns", netns, "-p", "1");
    await cli.must(["unload", String(idOf(program))]);
  },
);

kernelTest(
  "links whose interface or namespace is gone say so, and can be taken away",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const [xdp] = await cli.load("xdp_counter", "xdp:xdp_count");
    const [tc] = await cli.load("tc_ok", "tc:tc_ok");
    const links: number[] = [];
    {
      await using wire = await Wire.make();
      const place = [wire.near.interface, "--netns", wire.near.netns, "-p", "1"];
      links.push((await cli.attach(idOf(xdp), "xdp", ...place)).record.id);
      const [name, ...rest] = place;
      links.push((await cli.attach(idOf(tc), "tc", `${name}`, "ingress", ...rest)).record.id);
      await inside(wire, "ip", "link", "del", wire.near.interface);
      for (const id of links) {
        const seen = await cli.run(["get", "link", String(id), "-o", "json"]);
        strictEqual(JSON.parse(seen.stdout).status.problem, "interface-gone", `link ${id}`);
      }
    }
    for (const id of links) {
      const seen = await cli.run(["get", "link", String(id), "-o", "json"]);
      strictEqual(JSON.parse(seen.stdout).status.problem, "netns-gone", `link ${id}`);
    }
    const { code, stderr } = await cli.run(["detach", ...links.map(String)]);
    strictEqual(code, 0, stderr);
    strictEqual(await cli.must(["list", "links", "-q"]), "");
    await cli.must(["unload", String(idOf(xdp)), String(idOf(tc))]);
    deepStrictEqual(workspace.litter(), []);
  },
);

kernelTest("XDP counts what the attach says, not one packet more after detach", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("xdp_counter", "xdp:xdp_count");
  const { interface: name, netns } = wire.near;
  const link = await cli.attach(idOf(program), "xdp", name, "--netns", netns, "-p", "1");
  const created = must(link.record.created_at, "created_at");
  strictEqual(Math.abs(Date.now() - Date.parse(created)) < 600_000, true, created);
  strictEqual(link.record.details["netns"], netns);

  const sending = wire.sendIn(300);
  await cli.must(["detach", String(link.record.id)]);
  const atDetach = await counter(pinOf(program, "xdp_stats"), XDP_PASS);
  await sending;

  strictEqual(await counter(pinOf(program, "xdp_stats"), XDP_PASS), atDetach);
  await cli.must(["unload", String(idOf(program))]);
});
