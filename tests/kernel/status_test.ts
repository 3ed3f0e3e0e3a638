/**
 * What the kernel tells of places, and `status` and `repair` make of it. What holds on every kernel
 * is asked in tests/cli.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { openKernel } from "../../ffi/mod.ts";
import { must, mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;
const NET = [...NEEDS, "command:ip"] as const;

kernelTest(
  "a chain that somebody else edits gets its program back",
  NET,
  async () => {
    await using scene = await StateScene.make();
    await using wire = await Wire.make();
    const [own, other] = await scene.cli.load("many", "xdp:xdp_first,xdp:xdp_second");
    const [id, otherId] = [own, other].map((one) => must(one, "program").record.program_id);
    const { netns, interface: name } = wire.near;
    const place = ["xdp", "--iface", name, "--netns", netns, "--priority", "5"];
    await scene.cli.attach(must(id, "id"), ...place);
    deepStrictEqual(await scene.codes(), []);

    const { bpf } = openKernel();
    const [seat] = scene.workspace.names("fs/xdp").filter((pin) => pin.endsWith("_link"));
    const path = `${scene.workspace.bpffs}/xdp/${seat}`;
    const running = () => {
      using link = bpf.openPin(path);
      return bpf.linkInfoByFd(link.raw).programId;
    };
    const before = running();
    {
      using link = bpf.openPin(path);
      using program = bpf.openPin(`${scene.workspace.bpffs}/prog_${otherId}`);
      bpf.updateLink(link.raw, program.raw);
    }
    strictEqual(running(), otherId);
    deepStrictEqual(await scene.codes(), ["foreign-edit"]);
    await scene.cli.must(["repair"]);
    strictEqual(running(), before);
    deepStrictEqual(await scene.codes(), []);

    // detached by somebody else is not the same as an interface that is gone
    {
      using link = bpf.openPin(path);
      bpf.detachLink(link.raw);
    }
    deepStrictEqual(await scene.codes(), ["link-detached"]);
    await scene.cli.must(["repair"]);
    deepStrictEqual(await scene.codes(), []);

    await scene.cli.attach(must(id, "id"), ...place);
    await mustRun("nsenter", [`--net=${netns}`, "ip", "link", "del", name]);
    deepStrictEqual(await scene.codes(), ["interface-gone"]);
    await scene.cli.must(["repair"]);
    deepStrictEqual(await scene.codes(), []);
  },
);

kernelTest("a filter that somebody else removed or replaced is told", NET, async () => {
  await using scene = await StateScene.make();
  await using wire = await Wire.make();
  const [own] = await scene.cli.load("tc_ok", "tc:tc_ok");
  const id = must(own, "program").record.program_id;
  const { netns, interface: name } = wire.near;
  await scene.cli.attach(
    id,
    ...["tc", "--iface", name, "--netns", netns, "--direction", "ingress", "--priority", "5"],
  );
  await mustRun("nsenter", [`--net=${netns}`, "tc", "filter", "del", "dev", name, "ingress"]);
  deepStrictEqual(await scene.codes(), ["filter-gone"]);
  await scene.cli.must(["repair"]);
  deepStrictEqual(await scene.codes(), []);
});

kernelTest("the place of a TCX link is told by its pin when all rows are lost", [
  ...NEEDS,
  "tcx",
  "command:ip",
], async () => {
  await using scene = await StateScene.make();
  await using wire = await Wire.make({ isNearAtHome: true });
  const [loaded] = await scene.cli.load("tcx_counter", "tcx:tcx_ingress_count");
  const id = must(loaded, "program").record.program_id;
  const place = ["tcx", "--iface", wire.near.interface, "--direction", "ingress"];
  await scene.cli.attach(id, ...place, "--priority", "7");
  const running = await scene.loadAndAttach();
  Deno.removeSync(`${scene.workspace.path}/db`, { recursive: true });
  Deno.removeSync(`${scene.workspace.path}/rows.json`);

  const { json } = await scene.status();
  const mends = Object.fromEntries(json.findings.map(({ subject, mend }) => [subject, mend]));
  const pin = `${scene.workspace.bpffs}/links/${running.link}`;
  strictEqual(mends[`pin ${pin}`], `rm '${pin}'`, JSON.stringify(json.findings));
  await scene.cli.run(["repair", "--rebuild-store"]);
  const { links } = await scene.cli.json<{ links: { kind: string; program_id: number }[] }>([
    ...["list", "links"],
  ]);
  deepStrictEqual(links.map((link) => [link.kind, link.program_id]), [["tcx", id]]);
  // what no row can be made for is still told, and the command that is named takes it away
  deepStrictEqual(await scene.codes(), ["orphan-pin"]);
  Deno.removeSync(pin);
  deepStrictEqual(await scene.codes(), []);
  await scene.cli.must(["unload", String(id), running.id]);
  deepStrictEqual(scene.workspace.litter(), []);
});

kernelTest(
  "status asks nothing about links of another boot, whose ids may be those of others",
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    const { id } = await scene.loadAndAttach();
    // the link with this id runs another program than the row says, as one of others would
    const other = Number(id) + 1_000_000;
    await scene.forge({ link: (row) => ({ ...row, programId: other }) });
    ok((await scene.codes()).includes("foreign-edit"));
    await scene.forge({ bootId: "7d4f6c1e-0000-4000-8000-000000000000" });
    // the pin of the program is still there, which it would not be after a boot
    deepStrictEqual(await scene.codes(), ["booted", "interrupted-load"]);
    const planned = await scene.cli.run(["repair", "--dry-run", "-o", "json"]);
    ok(!planned.stdout.includes("was made to run"), planned.stdout);
  },
);
