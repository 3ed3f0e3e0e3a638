/**
 * The command-line tool of the npm package: in a project of somebody else, and from Deno's cache.
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { fixture, ROOT } from "../support/cli.ts";
import { mustRun } from "../support/must.ts";
import { NpmRegistry } from "../support/npm_registry.ts";
import { kernelTest } from "../support/requires.ts";
import { Sandbox } from "../support/sandbox.ts";
import { runTool, wholeSession } from "../support/tool_session.ts";
import { packForNpm } from "../tools/package/npm.ts";

const NEEDS = ["root", "bpffs"] as const;
const TOOL = `npm:${config.name}@${config.version}`;

let packed: Promise<string> | undefined;

/** The tarball, packed once. */
function tarball(): Promise<string> {
  packed ??= (async () => {
    await Deno.mkdir(`${ROOT}.output/npm-tool`, { recursive: true });
    const out = `${ROOT}.output/npm-tool/package.tgz`;
    await packForNpm(out);
    return out;
  })();
  return packed;
}

/** A folder of somebody else. */
class Place implements AsyncDisposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "bpfman-npm-tool-" });

  /** Unpacks the tarball where a project has its packages. */
  async install(): Promise<void> {
    const scope = `${this.folder}/node_modules/@bpfman`;
    await Deno.mkdir(scope, { recursive: true });
    await mustRun("tar", ["-xzf", await tarball(), "-C", scope]);
    await Deno.rename(`${scope}/package`, `${scope}/cli`);
  }

  async write(name: string, content: unknown): Promise<void> {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await Deno.writeTextFile(`${this.folder}/${name}`, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

kernelTest("the tool works in a project that has installed it", NEEDS, async () => {
  await using place = new Place();
  await place.install();
  // what would break the processes of the tool if it were theirs
  await place.write("deno.json", {
    nodeModulesDir: "manual",
    imports: { "node:fs": "./nowhere.ts" },
    permissions: { default: {} },
  });
  const dependencies = { [config.name]: config.version, "not-installed": "1.0.0" };
  await place.write("package.json", { type: "module", dependencies });
  await using sandbox = await Sandbox.create();
  const words = [Deno.execPath(), "run", "-q", "-A", `npm:${config.name}/cli`];
  const start = { sandbox, words, cwd: place.folder };
  await wholeSession(start);
  const { stdout } = await runTool(start, ["version", "-o", "json"]);
  strictEqual(JSON.parse(stdout).builder, "npm");
  const unit = await runTool(start, ["install-unit", "--dry-run"]);
  const text = `${place.folder}/node_modules/@bpfman/cli/cli/bundle/tool.js`;
  match(unit.stdout, new RegExp(`^ExecStart=.* -A .*${text} restore`, "m"));
});

kernelTest("a program may hand a change to the tool, with words of its own", NEEDS, async () => {
  await using place = new Place();
  await place.install();
  await place.write("deno.json", { nodeModulesDir: "manual" });
  await place.write("package.json", { dependencies: { [config.name]: config.version } });
  const load = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass", "-o", "json"];
  await place.write(
    "mine.ts",
    `import { main } from "${config.name}/cli";
    Deno.exit(await main(${JSON.stringify(load)}));`,
  );
  await using sandbox = await Sandbox.create();
  const words = [Deno.execPath(), "run", "-q", "-A", "mine.ts", "words", "of", "mine"];
  const { code, stdout, stderr } = await sandbox.run(words, { cwd: place.folder });
  deepStrictEqual([code, stderr], [0, ""]);
  strictEqual(JSON.parse(stdout).programs[0].record.load.program_name, "xdp_pass");
});

kernelTest("the tool works from Deno's cache, without a project", NEEDS, async () => {
  await using place = new Place();
  await using registry = await NpmRegistry.start(await tarball());
  const env = { DENO_DIR: `${place.folder}/cache`, NPM_CONFIG_REGISTRY: registry.url };
  const elsewhere = `${place.folder}/elsewhere`;
  await Deno.mkdir(elsewhere);
  // fetched once, where there is a network; the sandbox has none
  const version = ["run", "-q", "-A", TOOL, "version"];
  await mustRun(Deno.execPath(), version, { cwd: elsewhere, env });
  await using sandbox = await Sandbox.create();
  const words = [Deno.execPath(), "run", "-q", "-A", "--cached-only", TOOL];
  await wholeSession({ sandbox, words, cwd: elsewhere, env });
});
