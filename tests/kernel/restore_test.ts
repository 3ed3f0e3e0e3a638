import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture, type ProgramRowJson } from "../support/cli.ts";
import { mustRun } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "tracefs"] as const;
const PLACE = "syscalls/sys_enter_openat";

/** A manifest of one program on a tracepoint. */
function manifest(name: string, path: string): unknown {
  const tracepoint = { links: [{ name: PLACE }] };
  return {
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name },
    spec: {
      nodeSelector: {},
      byteCode: { path },
      programs: [{ name: "count_openat", type: "TracePoint", tracepoint }],
    },
  };
}

/** What is left when a machine starts: nothing in the kernel, nothing in the runtime directory. */
async function forgetAll(workspace: Workspace): Promise<void> {
  for (let left = workspace.mounts(); left > 0; left--) await mustRun("umount", [workspace.bpffs]);
  for (const { name } of Deno.readDirSync(workspace.path)) {
    if (name !== "data") Deno.removeSync(`${workspace.path}/${name}`, { recursive: true });
  }
}

async function applications(cli: Cli): Promise<string[]> {
  const { programs } = await cli.json<{ programs: ProgramRowJson[] }>(["list", "programs"]);
  return programs.map(({ application, links }) => `${application} ${links.length}`).sort();
}

async function applied(workspace: Workspace, names: readonly string[]): Promise<Cli> {
  // on a host with the jail and the two processes of a change
  const cli = new Cli(workspace);
  const object = `${workspace.path}/app.bpf.o`;
  Deno.copyFileSync(fixture("tracepoint_counter"), object);
  const items = names.map((name) => manifest(name, object));
  const file = `${workspace.path}/apps.json`;
  Deno.writeTextFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  await cli.must(["apply", "-f", file, "--data-dir", `${workspace.path}/data`]);
  return cli;
}

kernelTest(
  "restore brings applications back once everything but the data directory is gone",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = await applied(workspace, ["one", "two"]);
    await forgetAll(workspace);
    const data = ["--data-dir", `${workspace.path}/data`];
    const dry = await cli.must(["restore", "--dry-run", ...data]);
    match(dry, /one/);
    deepStrictEqual(await applications(cli), [], "a dry run has restored something");
    await cli.must(["restore", ...data]);
    deepStrictEqual(await applications(cli), ["one 1", "two 1"]);
    const before = await cli.must(["list", "links", "-o", "json"]);
    const again = await cli.json<{ applications: { is_changed: boolean }[] }>([
      "restore",
      ...data,
    ]);
    deepStrictEqual(again.applications.map((one) => one.is_changed), [false, false]);
    strictEqual(await cli.must(["list", "links", "-o", "json"]), before);
  },
);

kernelTest("restore goes on without applications that nobody can bring back", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const data = `${workspace.path}/data`;
  const cli = await applied(workspace, ["broken", "fine", "stolen"]);
  await forgetAll(workspace);
  Deno.writeTextFileSync(`${data}/applications/broken/generations/1.json`, "{");
  const stolen = `${data}/applications/stolen/generations/1.json`;
  const digest = /sha256:[0-9a-f]{64}/;
  const text = Deno.readTextFileSync(stolen);
  const other = `sha256:${"7".repeat(64)}`;
  Deno.writeTextFileSync(stolen, text.replaceAll(digest.exec(text)?.[0] ?? "", other));

  const { code, stdout, stderr } = await cli.run(["restore", "--data-dir", data, "-o", "json"]);
  strictEqual(code, 1, stderr);
  const names = JSON.parse(stdout).applications.map(({ name }: { name: string }) => name);
  deepStrictEqual(names, ["fine"]);
  deepStrictEqual(await applications(cli), ["fine 1"]);
  const { failures } = JSON.parse(stderr).error;
  deepStrictEqual(
    failures.map((one: { id: string; code: string }) => [one.id, one.code]).sort(),
    [["broken", "generation-corrupt"], ["stolen", "object-missing"]],
  );
  const alone = await cli.run(["restore", "stolen", "--data-dir", data]);
  strictEqual(alone.code, 1);
  match(alone.stderr, /Cannot read the kept object/);
});
