import { match, strictEqual } from "node:assert/strict";
import { Cli, fixture } from "../support/cli.ts";
import { must, mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip"];

kernelTest(
  "who sits on an interface is told from a link on the same number in another namespace",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using elsewhere = await Wire.make();
    await using wire = await Wire.make();
    const cli = new Cli(workspace);
    const [program] = await cli.load("xdp_counter", "xdp:xdp_count");
    const id = must(program, "program").record.program_id;
    const place = ({ near }: Wire) => ["xdp", near.interface, "--netns", near.netns, "-p", "1"];
    const link = await cli.attach(id, ...place(elsewhere));
    const words = ["ip", "link", "set", wire.near.interface, "xdp", "obj", fixture("xdp_pass")];
    await mustRun("nsenter", [`--net=${wire.near.netns}`, ...words, "sec", "xdp"]);

    const { code, stderr } = await cli.run(["attach", String(id), ...place(wire)]);

    strictEqual(code, 5);
    match(stderr, /attached: program \d+ "xdp_pass".* is attached to it without a link/);
    await cli.must(["detach", String(link.record.id)]);
    await cli.must(["unload", String(id)]);
  },
);
