import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture, type LoadedJson } from "../support/cli.ts";
import { must, mustRun, runProgram } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { lookAt } from "../support/world.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool"];

function idOf(program: LoadedJson | undefined): string {
  return String(must(program, "program").record.program_id);
}

kernelTest("a map of another type is not shared, and the field is named", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [owner] = await cli.load("xdp_counter", "xdp:xdp_count");
  const before = await lookAt(workspace, []);

  const load = ["load", "file", fixture("shared_shapes"), "--programs", "xdp:other_stats"];
  const { code, stderr } = await cli.run([...load, "--map-owner-id", idOf(owner)]);

  strictEqual(code, 4);
  match(
    stderr,
    /Cannot share map "xdp_stats": value differs: .*a field "\.octets".* a field "\.packets"/,
  );
  deepStrictEqual(await lookAt(workspace, []), before);
  await cli.must(["unload", idOf(owner)]);
});

kernelTest("a map pinned by name in another size is not shared", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [owner] = await cli.load("pinned_map", "xdp:xdp_shared_count");
  const before = await lookAt(workspace, []);

  const load = ["load", "file", fixture("shared_shapes"), "--programs", "xdp:other_counts"];
  const { code, stderr } = await cli.run(load);

  strictEqual(code, 4);
  match(stderr, /Cannot share map "shared_counts": value_size differs: .*declares 4, .* has 8/);
  deepStrictEqual(await lookAt(workspace, []), before);
  await cli.must(["unload", idOf(owner)]);
  deepStrictEqual(workspace.litter(), []);
});

/** Reads the first key of a pinned map as a user who has no capability and is a member of one group. */
async function readAs(group: number, pin: string) {
  return await runProgram("setpriv", [
    ...["--reuid", "65534", "--regid", "65534", "--groups", String(group)],
    // "lookup" would ask for BTF by its id, which takes a capability
    ...["--bounding-set=-all", "bpftool", "map", "getnext", "pinned", pin],
  ]);
}

kernelTest("pinned maps are readable for the group of the configuration, and for no other", [
  ...NEEDS,
  "command:setpriv",
], async () => {
  await using workspace = await Workspace.make();
  await Deno.chmod(workspace.path, 0o755);
  const config = `${workspace.path}/bpfman.toml`;
  await Deno.writeTextFile(config, '[maps]\ngroup = 54321\nmode = "0660"\ngrup = 1\n');
  const cli = new Cli(workspace);
  const args = ["load", "file", fixture("tc_ok"), "--programs", "tc:tc_ok", "--config", config];
  const { code, stdout, stderr } = await cli.run([...args, "-o", "json"]);
  strictEqual(code, 0, stderr);
  match(stderr, /note: the configuration ".*" has the unknown key "maps\.grup"/);
  const [program] = JSON.parse(stdout).programs as LoadedJson[];
  const pin = `${must(program, "program").status.map_dir}/tc_stats`;

  strictEqual((await mustRun("stat", ["-c", "%a %g", pin])).trim(), "660 54321");
  const denied = await readAs(54322, pin);
  strictEqual(denied.code === 0, false, "another group");
  match(denied.stderr + denied.stdout, /bpf obj get .*(Permission denied|not in bpf file system)/);
  const allowed = await readAs(54321, pin);
  match(allowed.stdout, /key:/, allowed.stderr);
  await cli.must(["unload", idOf(program)]);
});

kernelTest("a configuration that names no group of this machine is refused", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const config = `${workspace.path}/bpfman.toml`;
  await Deno.writeTextFile(config, '[maps]\ngroup = "no-such-group"\n');
  const cli = new Cli(workspace);
  const args = ["load", "file", fixture("tc_ok"), "--programs", "tc:tc_ok", "--config", config];
  const { code, stderr } = await cli.run(args);

  strictEqual(code, 1);
  match(stderr, /The group "no-such-group" for maps does not exist/);
  deepStrictEqual(workspace.litter(), []);
});
