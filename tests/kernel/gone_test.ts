import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Actor } from "../support/actor.ts";
import { Cli, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { must, mustBecome } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Cgroup } from "../support/stage.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool"];

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

/** What the tool says of links: the problem of each, and the words for people. */
async function problemsOf(cli: Cli, links: readonly LinkJson[]): Promise<(string | null)[]> {
  const problems: (string | null)[] = [];
  for (const { record } of links) {
    const seen = await cli.run(["get", "link", String(record.id), "-o", "json"]);
    strictEqual(seen.code, 0, seen.stderr);
    problems.push((JSON.parse(seen.stdout) as LinkJson).status.problem);
  }
  return problems;
}

/** Detaches the first link, unloads all programs with the others, and looks for litter. */
async function takeAway(cli: Cli, workspace: Workspace, links: readonly LinkJson[]): Promise<void> {
  const records = links.map(({ record }) => record);
  const detached = await cli.run(["detach", String(must(records[0], "link").id)]);
  strictEqual(detached.code, 0, detached.stderr);
  const ids = new Set(records.map(({ program_id: id }) => String(id)));
  const unloaded = await cli.run(["unload", ...ids]);
  strictEqual(unloaded.code, 0, unloaded.stderr);
  strictEqual(await cli.must(["list", "links", "-q"]), "");
  deepStrictEqual(workspace.litter(), []);
}

kernelTest("links whose cgroup was removed say so, and can be taken away", [
  ...NEEDS,
  "cgroup2",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const names = "cgroup_skb:cgroup_out,cgroup_sock_addr:cgroup_connect";
  const [packets, addresses] = await cli.load("cgroup_counter", names);
  const links: LinkJson[] = [];
  let path = "";
  {
    await using cgroup = new Cgroup();
    path = cgroup.path;
    const out = ["cgroup_skb", path, "--direction"];
    links.push(await cli.attach(idOf(packets), ...out, "egress"));
    links.push(await cli.attach(idOf(packets), ...out, "ingress"));
    links.push(await cli.attach(idOf(addresses), "cgroup_sock_addr", path));
    deepStrictEqual(await problemsOf(cli, links), [null, null, null]);
  }

  // the kernel lets go of a removed cgroup in its own time
  await mustBecome(
    "the end of the cgroup",
    async () => (await problemsOf(cli, links)).every((problem) => problem === "cgroup-gone"),
  );
  const text = await cli.run(["get", "link", "1"]);
  match(text.stdout, /Problem: +.*its cgroup was removed/);
  // another cgroup at the same path is not the one that the link was made for
  {
    Deno.mkdirSync(path);
    using _remove = { [Symbol.dispose]: () => Deno.removeSync(path) };
    deepStrictEqual(await problemsOf(cli, links), Array(3).fill("cgroup-gone"));
  }
  await takeAway(cli, workspace, links);
});

kernelTest("links whose process has ended say so, and can be taken away", [
  ...NEEDS,
  "uprobe",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const [entry, exit] = await cli.load(
    "uprobe_counter",
    "uprobe:uprobe_count,uretprobe:uretprobe_count",
  );
  const [sampler] = await cli.load("sampler", "perf_event:sample_count");
  const links: LinkJson[] = [];
  {
    await using actor = await Actor.start();
    const one = ["--pid", String(actor.pid)];
    const libc = ["uprobe", "libc", "--fn-name", "umask", ...one];
    links.push(await cli.attach(idOf(sampler), "perf_event", "--frequency", "10", ...one));
    links.push(await cli.attach(idOf(entry), ...libc));
    links.push(await cli.attach(idOf(exit), ...libc));
    deepStrictEqual(await problemsOf(cli, links), [null, null, null]);
  }

  deepStrictEqual(await problemsOf(cli, links), Array(3).fill("process-gone"));
  const text = await cli.run(["get", "link", "2"]);
  match(text.stdout, /Problem: +.*its process has ended/);
  await takeAway(cli, workspace, links);
});
