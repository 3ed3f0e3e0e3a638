/**
 * Programs for functions of modules, whose types the kernel gives by id.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { capabilitiesFor } from "../../core/privileges/needs.ts";
import { Cli, fixture } from "../support/cli.ts";
import { prepareCapabilities, withCapabilities } from "../support/effective.ts";
import { runHere } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

/** The virtual machines have their files by way of this one. */
const NEEDS: readonly Need[] = ["root", "bpffs", "fentry", "file:/sys/kernel/btf/9pnet"];
const LOAD = ["load", "file", fixture("fentry_counter"), "--programs"];
const OF_MODULE = [...LOAD, "fentry:fentry_count:p9_client_clunk"];
const OF_KERNEL = [...LOAD, "fentry:fentry_count:vfs_unlink"];

prepareCapabilities();

kernelTest("a function of a module takes CAP_SYS_ADMIN at the load", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const words = [...OF_MODULE, "--runtime-dir", workspace.path];
  // the directory is made with everything in effect, and libbpf learns what the kernel can do
  const first = await runHere([...OF_KERNEL, "--runtime-dir", workspace.path]);
  strictEqual(first.code, 0, first.stderr);
  const load = { verb: "load", types: ["fentry"] } as const;
  const poor = await withCapabilities(capabilitiesFor(load), () => runHere(words));
  strictEqual(poor.code === 0, false);
  const all = capabilitiesFor({ ...load, moduleTarget: true });
  const rich = await withCapabilities(all, () => runHere(words));
  strictEqual(rich.code, 0, rich.stderr);
});

kernelTest("a jailed loader loads a program for a function of a module", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  const { programs } = await cli.json<{ programs: readonly { record: unknown }[] }>(OF_MODULE);
  must(programs[0], "program");
});
