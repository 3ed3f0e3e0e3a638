import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  type BpftoolLink,
  counter,
  mustCount,
  mustVanish,
  objectById,
} from "../support/bpftool.ts";
import { Cli, type LinkJson } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:ip"] as const;
const XDP_PASS = 2;
const PACKETS = 25;

kernelTest("an XDP program counts each packet while it is attached", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [program] = await cli.load("xdp_counter", "xdp:xdp_count");
  const { record, status } = must(program, "program");
  const stats = `${status.map_dir}/xdp_stats`;
  const place = ["--iface", wire.near.interface, "--netns", wire.near.netns];

  const link = await cli.attach(record.program_id, "xdp", ...place, "--priority", "50");
  await wire.sendIn(PACKETS);

  await mustCount(stats, PACKETS, XDP_PASS);
  const kernelLink = must(
    await objectById<BpftoolLink>("link", must(link.record.kernel_link_id, "link id")),
    "link in the kernel",
  );
  strictEqual(kernelLink.prog_id, record.program_id);
  deepStrictEqual(await cli.json<LinkJson>(["get", "link", String(link.record.id)]), link);
  deepStrictEqual(
    (await cli.json<{ links: unknown[] }>(["list", "links"])).links,
    [link.record],
  );

  await cli.must(["detach", String(link.record.id)]);
  await wire.sendIn(PACKETS);

  strictEqual(await counter(stats, XDP_PASS), PACKETS, "counted after it was detached");
  strictEqual(await objectById("link", kernelLink.id), undefined);

  const mapIds = must(status.kernel, "kernel side").map_ids;
  await cli.must(["unload", String(record.program_id)]);

  await mustVanish("prog", record.program_id);
  for (const id of mapIds) await mustVanish("map", id);
  deepStrictEqual(workspace.litter(), []);
});
