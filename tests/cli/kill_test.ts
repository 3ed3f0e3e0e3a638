import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Cli, type LoadedJson, type ProgramRowJson, startCli } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { OwnObject } from "../support/own_object.ts";
import { kernelTest } from "../support/requires.ts";
import { checkAgreement, pinnedPrograms } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;
const ROUNDS = 10;
/** No command takes longer, alone on its machine. */
const LONGEST_MS = 400;

/** Lets a command run for a part of its time, from nothing to all by the round, then kills it. */
async function killIn(round: number, cli: Cli, args: readonly string[]): Promise<void> {
  const child = startCli(cli, args);
  const part = (round + 0.5) / ROUNDS;
  await new Promise((resolve) => setTimeout(resolve, part * LONGEST_MS));
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // it had ended before
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
  await child.status;
}

async function listed(cli: Cli): Promise<number[]> {
  const { code, stdout } = await cli.run(["list", "programs", "-o", "json"]);
  strictEqual(code, 0, "list fails after a kill");
  const { programs }: { programs: ProgramRowJson[] } = JSON.parse(stdout);
  return programs.map(({ program_id: id }) => id);
}

kernelTest("after a killed load, list tells the truth and the next load mends", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const object = await OwnObject.make(workspace.path, "tracepoint_counter", ["count_openat"]);
  const cli = new Cli(workspace);
  const spec = `tracepoint:${object.name("count_openat")}`;
  const load = ["load", "file", object.path, "--programs", spec, "-o", "json"];
  for (let round = 0; round < ROUNDS; round++) {
    await killIn(round, cli, load);
    deepStrictEqual(await listed(cli), pinnedPrograms(workspace));

    const { code, stdout } = await cli.run(load);
    strictEqual(code, 0);
    const { programs }: { programs: LoadedJson[] } = JSON.parse(stdout);
    const { program_id: own } = must(programs[0], "program").record;

    const ids = (await checkAgreement(workspace)).programs.map(({ programId }) => programId);
    strictEqual(ids.includes(own), true);
    await object.mustBeInKernel(ids);
  }
  const ids = await listed(cli);
  await cli.must(["unload", ...ids.map(String)]);
  deepStrictEqual(workspace.litter(), []);
  await object.mustBeInKernel([]);
});

kernelTest("killed attaches, detaches and unloads leave nothing behind", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const object = await OwnObject.make(workspace.path, "tracepoint_counter", ["count_openat"]);
  const cli = new Cli(workspace);
  const spec = `tracepoint:${object.name("count_openat")}`;
  const load = ["load", "file", object.path, "--programs", spec];
  const place = ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await cli.run([...load, "-o", "json"]);
    const { programs }: { programs: LoadedJson[] } = JSON.parse(stdout);
    const id = String(must(programs[0], "program").record.program_id);

    await killIn(round, cli, ["attach", id, ...place]);
    await cli.run(["attach", id, ...place]);
    const { links } = await checkAgreement(workspace);
    const [first] = links;
    await killIn(round, cli, ["detach", String(must(first, "link").id)]);
    await killIn(round, cli, ["unload", id]);

    deepStrictEqual(await listed(cli), pinnedPrograms(workspace));
    await cli.run(["unload", id, "--ignore-missing"]);
    const left = await checkAgreement(workspace);
    deepStrictEqual(left.programs, []);
    deepStrictEqual(left.links, []);
    deepStrictEqual(workspace.litter(), []);
  }
  await object.mustBeInKernel([]);
});
