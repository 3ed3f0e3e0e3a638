import { deepStrictEqual, match, notStrictEqual, strictEqual } from "node:assert/strict";
import { bpftool, type BpftoolMap, counter, mustCount, mustVanish } from "../support/bpftool.ts";
import { Cli, fixture, type LoadedJson } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:ip"] as const;

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

async function mapId(pin: string): Promise<number> {
  return (await bpftool<BpftoolMap>("map", "show", "pinned", pin)).id;
}

kernelTest("programs of one load have maps of their own", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [a, b] = await cli.load("many", "xdp:xdp_first,xdp:xdp_second");
  const pins = [a, b].map((one) => `${must(one, "program").status.map_dir}/many_stats`);
  const [first = "", second = ""] = pins;
  notStrictEqual(await mapId(first), await mapId(second));
});

kernelTest("--map-owner-id shares the owner's maps until their last user goes", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [owner] = await cli.load("many", "xdp:xdp_first");
  const share = ["--map-owner-id", String(idOf(owner))];
  const [user] = await cli.load("many", "xdp:xdp_second", share);
  const litter = workspace.litter();
  const dependent = await cli.run([
    ...["load", "file", fixture("many"), "--programs", "xdp:xdp_second"],
    ...["--map-owner-id", String(idOf(user))],
  ]);
  strictEqual(dependent.code, 1);
  const said = `map_owner_id ${idOf(user)} does not exist as an owner: it uses the maps of program`;
  match(dependent.stderr, new RegExp(`${said} ${idOf(owner)}\\nhint: .* ${idOf(owner)}\\n`));
  deepStrictEqual(workspace.litter(), litter);
  const pin = `${must(owner, "owner").status.map_dir}/many_stats`;
  const id = await mapId(pin);
  strictEqual(must(user, "user").status.maps.find(({ name }) => name === "many_stats")?.id, id);

  await cli.must(["unload", String(idOf(owner))]);
  strictEqual(await mapId(pin), id, "the set lives with its last user");
  const place = ["--iface", wire.near.interface, "--netns", wire.near.netns, "--priority", "1"];
  await cli.attach(idOf(user), "xdp", ...place);
  await wire.sendIn(9);
  await mustCount(pin, 9, 1);

  await cli.must(["unload", String(idOf(user))]);
  deepStrictEqual(workspace.litter(), []);
  await mustVanish("map", id);
});

kernelTest(
  "a map that is pinned by name is shared, and goes with its last program",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const [a] = await cli.load("pinned_map", "xdp:xdp_shared_count");
    const [b] = await cli.load("pinned_map", "xdp:xdp_shared_count");
    const shared = await mapId(`${workspace.bpffs}/shared/shared_counts`);
    for (const one of [a, b]) {
      const map = must(one, "program").status.maps.find(({ name }) => name === "shared_counts");
      strictEqual(map?.id, shared);
    }

    await cli.must(["unload", String(idOf(a))]);
    strictEqual(await mapId(`${workspace.bpffs}/shared/shared_counts`), shared);
    await cli.must(["unload", String(idOf(b))]);

    deepStrictEqual(workspace.litter(), []);
    await mustVanish("map", shared);
  },
);

kernelTest("globals reach the program in every section", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const globals = ["GLOBAL_u8=7b", "GLOBAL_u32=0x04030201", "GLOBAL_u64=0x0100000000000080"];
  const words = globals.flatMap((word) => ["-g", word]);
  const [program] = await cli.load("xdp_counter", "xdp:xdp_count", words);
  const place = ["--iface", wire.near.interface, "--netns", wire.near.netns, "--priority", "1"];
  await cli.attach(idOf(program), "xdp", ...place);
  await wire.sendIn(1);

  const folder = must(program, "program").status.map_dir;
  // the packet is counted after the globals were looked at
  await mustCount(`${folder}/xdp_stats`, 1, 2);
  const seen = `${folder}/xdp_globals`;
  deepStrictEqual(
    [await counter(seen, 0), await counter(seen, 1), await counter(seen, 2)],
    [0, 0x7b, 0x01020304],
  );
  const raw = await bpftool<readonly { value: string[] }[]>("map", "dump", "pinned", seen);
  match(must(raw[3], "slot").value.join(" "), /^0x01( 0x00){6} 0x80$/);
});
