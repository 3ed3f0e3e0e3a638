/**
 * The capabilities that work on programs takes, and no other. The runtime directory exists: making
 * one mounts a bpffs, which takes CAP_SYS_ADMIN. Every kernel answers for its own part in
 * tests/kernel/privileges_test.ts, without processes.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Cli, fixture, PROGRAM } from "../support/cli.ts";
import { must, runProgram } from "../support/must.ts";
import { Wire, type WireEnd } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:setpriv", "command:nsenter", "command:ip"] as const;

/** Runs commands in a network namespace with three capabilities; gives their output as JSON. */
function poorCli(workspace: Workspace, { netns }: WireEnd) {
  const cli = new Cli(workspace, "process");
  const rights = ["setpriv", "--bounding-set", "-all,+bpf,+net_admin,+perfmon"];
  return async (...args: readonly string[]) => {
    const words = [...rights, PROGRAM, ...cli.denoArguments([...args, "-o", "json"])];
    const { code, stdout, stderr } = await runProgram("nsenter", [`--net=${netns}`, ...words], {
      env: { TMPDIR: workspace.path },
    });
    strictEqual(code, 0, `${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout);
  };
}

kernelTest(
  "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON are enough from load to unload",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using wire = await Wire.make();
    await new Cli(workspace).must(["detach", "1", "--ignore-missing"]);
    const run = poorCli(workspace, wire.near);
    const place = ["xdp", "--iface", wire.near.interface, "--priority"];

    const loaded = await run("load", "file", fixture("xdp_counter"), "--programs", "xdp:xdp_count");
    const { record, status } = must(loaded.programs[0], "program");
    const id = String(record.program_id);
    strictEqual(status.kernel.id, record.program_id);

    const attached = await run("attach", id, ...place, "5");
    const link = must(attached.record, "link");
    const listed = await run("list", "links");
    deepStrictEqual(listed.links.map(({ id }: { id: number }) => id), [link.id]);
    const shown = await run("get", "program", id);
    strictEqual(shown.status.kernel.id, record.program_id);
    strictEqual(shown.status.links.length, 1);

    await run("detach", String(link.id));
    await run("unload", id);
    deepStrictEqual(workspace.litter(), []);
  },
);
