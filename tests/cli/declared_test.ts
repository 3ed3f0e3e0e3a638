/**
 * Applications from the command line: what is wanted goes from the process of the user to the front
 * and to the jailed loader, and comes back as plan, history and manifest.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture, type ProgramRowJson, ROOT } from "../support/cli.ts";
import { type ProgramResult, runProgram } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:ip"] as const;

/** One application of one XDP program. */
interface Words {
  readonly name: string;
  readonly path?: string;
  readonly url?: string;
  readonly program?: string;
  readonly priority?: number;
}

/** A runtime directory with its data directory, an interface, and a tool that has two processes. */
class Scene implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly wire: Wire;
  readonly cli: Cli;

  constructor(workspace: Workspace, wire: Wire) {
    this.workspace = workspace;
    this.wire = wire;
    this.cli = new Cli(workspace, "process");
  }

  static async make(): Promise<Scene> {
    await using undo = new AsyncDisposableStack();
    const workspace = undo.use(await Workspace.make());
    const wire = undo.use(await Wire.make());
    undo.move();
    return new Scene(workspace, wire);
  }

  /** A file with manifests. */
  write(...applications: readonly Words[]): string {
    const items = applications.map((words) => this.#manifest(words));
    const file = `${this.workspace.path}/apps.json`;
    Deno.writeTextFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    return file;
  }

  #manifest({ name, path, url, program = "xdp_count", priority = 50 }: Words): unknown {
    const { interface: near, netns } = this.wire.near;
    const link = { interfaceSelector: { interfaces: [near] }, netnsPath: netns, priority };
    return {
      apiVersion: "bpfman.io/v1alpha1",
      kind: "ClusterBpfApplication",
      metadata: { name },
      spec: {
        nodeSelector: {},
        byteCode: url === undefined ? { path } : { image: { url } },
        programs: [{ name: program, type: "XDP", xdp: { links: [link] } }],
      },
    };
  }

  run(...words: readonly string[]): Promise<ProgramResult> {
    return this.cli.run([...words, "--data-dir", `${this.workspace.path}/data`]);
  }

  /** Runs a command that must succeed; what is noted is no failure. */
  async must(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...words);
    strictEqual(code, 0, stderr);
    return stdout;
  }

  /** Programs that are there: application and function. */
  async programs(): Promise<string[]> {
    const { programs } = await this.cli.json<{ programs: ProgramRowJson[] }>(["list", "programs"]);
    return programs.map(({ application, function_name }) => `${application} ${function_name}`)
      .sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.wire[Symbol.asyncDispose]();
    await this.workspace[Symbol.asyncDispose]();
  }
}

kernelTest("an application lives from its manifest to its removal", NEEDS, async () => {
  await using scene = await Scene.make();
  const object = `${scene.workspace.path}/shop.bpf.o`;
  Deno.copyFileSync(fixture("xdp_counter"), object);
  const first = scene.write({ name: "shop", path: object });

  match(await scene.must("plan", "-f", first), /\+ program xdp_count/);
  deepStrictEqual(await scene.programs(), [], "a plan has loaded something");
  match(await scene.must("apply", "-f", first), /^shop: generation 1\n/);
  match(await scene.must("apply", "-f", first), /^shop: generation 1, unchanged\n/);
  const none = await scene.run("plan", "-f", first, "--detailed-exitcode");
  strictEqual(none.code, 0, none.stderr);

  const second = scene.write({ name: "shop", path: object, priority: 10 });
  const some = await scene.run("plan", "-f", second, "--detailed-exitcode");
  strictEqual(some.code, 8, some.stderr);
  match(some.stdout, /priority 50 -> 10/);
  match(await scene.must("apply", "-f", second), /^shop: generation 2\n/);

  // the manifest that is written is the one that was applied
  const exported = `${scene.workspace.path}/exported.yaml`;
  Deno.writeTextFileSync(exported, await scene.must("export", "shop"));
  match(await scene.must("apply", "-f", exported), /^shop: generation 2, unchanged\n/);

  // a rollback needs no file of the user: the copy that was kept is loaded
  Deno.removeSync(object);
  match(await scene.must("delete", "-f", first), /^shop: removed\n/);
  deepStrictEqual(await scene.programs(), []);
  match(await scene.must("rollback", "shop", "1"), /^shop: generation 4\n/);
  deepStrictEqual(await scene.programs(), ["shop xdp_count"]);
  const { generations } = JSON.parse(await scene.must("history", "shop", "-o", "json"));
  deepStrictEqual(
    generations.map((one: Record<string, unknown>) => [
      one["generation"],
      one["is_deleted"],
      one["rollback_of"],
    ]),
    [[1, false, null], [2, false, null], [3, true, null], [4, false, 1]],
  );
  match(await scene.must("delete", "-f", first), /^shop: removed\n/);
  deepStrictEqual(scene.workspace.litter(), []);
});

kernelTest("what was cut by hand is told by diff and brought back by restore", NEEDS, async () => {
  await using scene = await Scene.make();
  const file = scene.write({ name: "shop", path: fixture("xdp_counter") });
  await scene.must("apply", "-f", file);
  strictEqual((await scene.run("diff")).code, 0);
  const { programs: [row] } = await scene.cli.json<{ programs: ProgramRowJson[] }>([
    "list",
    "programs",
  ]);
  await scene.cli.must(["unload", String(row?.program_id)]);
  const { code, stdout } = await scene.run("diff");
  strictEqual(code, 8);
  match(stdout, /\+ program xdp_count/);
  await scene.must("restore");
  strictEqual((await scene.run("diff")).code, 0);
  deepStrictEqual(await scene.programs(), ["shop xdp_count"]);
  await scene.must("delete", "-f", file);
});

kernelTest(
  "an unsigned image comes in by its digest only, and is restored by it",
  NEEDS,
  async () => {
    await using scene = await Scene.make();
    const url = `oci:${scene.workspace.path}/layout:v1`;
    const main = `${ROOT}mod.ts`;
    const built = await runProgram(Deno.execPath(), [
      ...["run", "-A", main, "image", "build", url, fixture("xdp_counter")],
    ]);
    strictEqual(built.code, 0, built.stderr);
    const digest = /@(sha256:[0-9a-f]{64})/.exec(built.stdout)?.[1] ?? "";
    const file = scene.write(
      { name: "shop", path: fixture("xdp_counter") },
      { name: "web", url, priority: 60 },
    );
    const refused = await scene.run("apply", "-f", file);
    strictEqual(refused.code, 4);
    match(refused.stderr, new RegExp(`--allow-unsigned ${digest}`));
    deepStrictEqual(await scene.programs(), [], "one application came without the other");
    const other = await scene.run(
      "apply",
      "-f",
      file,
      "--allow-unsigned",
      `sha256:${"0".repeat(64)}`,
    );
    strictEqual(other.code, 4);
    await scene.must("apply", "-f", file, "--allow-unsigned", digest);
    deepStrictEqual(await scene.programs(), ["shop xdp_count", "web xdp_count"]);
    await scene.cli.must(["delete", "program", "--all"]);
    // what was let in once is let in again, by its digest and without any option
    await scene.must("restore");
    deepStrictEqual(await scene.programs(), ["shop xdp_count", "web xdp_count"]);
    await scene.must("delete", "-f", file);
  },
);

kernelTest("--prune takes away what is this owner's and not named any more", NEEDS, async () => {
  await using scene = await Scene.make();
  const path = fixture("xdp_counter");
  const both = scene.write({ name: "shop", path }, { name: "web", path, priority: 60 });
  await scene.must("apply", "-f", both);
  const third = scene.write({ name: "other", path, priority: 70 });
  await scene.must("apply", "-f", third, "--owner", "somebody");
  const stolen = await scene.run("apply", "-f", third);
  strictEqual(stolen.code, 4);
  match(stolen.stderr, /belongs to owner "somebody"/);
  const dry = await scene.must(
    "apply",
    "-f",
    scene.write({ name: "shop", path }),
    "--prune",
    "--dry-run",
  );
  match(dry, /^web: taken away/m);
  strictEqual((await scene.programs()).length, 3, "a dry run has changed something");
  await scene.must("apply", "-f", scene.write({ name: "shop", path }), "--prune");
  deepStrictEqual(await scene.programs(), ["other xdp_count", "shop xdp_count"]);
  await scene.must("delete", "-f", scene.write({ name: "shop", path }));
  await scene.must("delete", "-f", third, "--owner", "somebody");
});

kernelTest("manifests come through standard input, too", NEEDS, async () => {
  await using scene = await Scene.make();
  const text = Deno.readTextFileSync(scene.write({ name: "shop", path: fixture("xdp_counter") }));
  const data = ["--data-dir", `${scene.workspace.path}/data`];
  const { code, stdout, stderr } = await scene.cli.run(["apply", "-f", "-", ...data], {
    stdin: text,
  });
  strictEqual(code, 0, stderr);
  match(stdout, /^shop: generation 1\n/);
  await scene.cli.run(["delete", "-f", "-", ...data], { stdin: text });
  deepStrictEqual(await scene.programs(), []);
});

kernelTest("a rollback finds the old image after its tag has moved on", NEEDS, async () => {
  await using scene = await Scene.make();
  const url = "registry.example/shop:v1";
  const build = async (object: string) => {
    const out = await scene.must("image", "build", url, fixture(object));
    return /@(sha256:[0-9a-f]{64})/.exec(out)?.[1] ?? "";
  };
  const old = await build("xdp_counter");
  const first = scene.write({ name: "shop", url });
  await scene.must("apply", "-f", first, "--allow-unsigned", old);
  const next = await build("xdp_pass");
  const second = scene.write({ name: "shop", url, program: "xdp_pass" });
  await scene.must("apply", "-f", second, "--allow-unsigned", next);
  deepStrictEqual(await scene.programs(), ["shop xdp_pass"]);
  // the old one is no program's and has no name any more, but the application may want it back
  match(await scene.must("image", "prune", "--all"), /[Kk]ept/);
  await scene.must("rollback", "shop");
  deepStrictEqual(await scene.programs(), ["shop xdp_count"]);
  await scene.must("delete", "-f", first);
  match(await scene.must("image", "prune", "--all"), new RegExp(old.slice(0, 12)));
});

kernelTest("a gate decides in the jail, also where links alone change", [
  ...NEEDS,
  "tracefs",
], async () => {
  await using scene = await Scene.make();
  const path = fixture("xdp_counter");
  const first = scene.write({ name: "shop", path });
  // nobody sends anything: there is nothing to count
  const refused = await scene.run("apply", "-f", first, "--gate", "1s,runs>0");
  strictEqual(refused.code, 4, refused.stderr);
  match(refused.stderr, /the gate was not passed: .*runs/);
  deepStrictEqual(await scene.programs(), []);
  match(
    await scene.must("apply", "-f", first, "--gate", "1s,runs==0,aborted==0"),
    /generation 1\n/,
  );
  const second = scene.write({ name: "shop", path, priority: 10 });
  const unmoved = await scene.run("apply", "-f", second, "--gate", "1s,runs>0");
  strictEqual(unmoved.code, 4, "the program of a changed link was not watched");
  match(await scene.must("plan", "-f", second), /priority 50 -> 10/);
  await scene.must("apply", "-f", second, "--gate", "1s,runs==0");
  strictEqual((await scene.run("plan", "-f", second, "--detailed-exitcode")).code, 0);
  await scene.must("delete", "-f", second);
});
