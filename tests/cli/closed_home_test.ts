/**
 * Root with what is in somebody's closed home, as behind `sudo`.
 *
 * @module
 */
import { match, strictEqual } from "node:assert/strict";
import { Cli, fixture, ROOT } from "../support/cli.ts";
import { mustRun, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;
const PROGRAMS = ["--programs", "xdp:xdp_pass", "-o", "json"];
const LOAD = ["load", "file", fixture("xdp_pass"), ...PROGRAMS];

/** A home of mode 0700 that belongs to `nobody`. */
function makeHome(workspace: Workspace): string {
  const home = `${workspace.path}/home`;
  Deno.mkdirSync(home, { mode: 0o700 });
  Deno.chownSync(home, 65534, 65534);
  return home;
}

function mustBeClosed({ code, stderr }: { code: number; stderr: string }, what: RegExp): void {
  strictEqual(code, 1, stderr);
  const { error } = JSON.parse(stderr);
  strictEqual(error.code, "path-closed", stderr);
  match(error.message, what);
  match(error.hint, /chmod o\+rx .*\/home$/);
}

kernelTest(
  "Deno and its cache in a closed home are told of before anything starts",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const home = makeHome(workspace);
    await mustRun("cp", ["-L", Deno.execPath(), `${home}/deno`]);
    await mustRun("chmod", ["0755", `${home}/deno`]);
    const args = new Cli(workspace, "process").denoArguments(LOAD);
    const result = await runProgram(`${home}/deno`, args, { cwd: ROOT });
    mustBeClosed(
      result,
      /^Cannot read Deno ".*\/home\/deno" without privileges: ".*\/home" is closed/,
    );
  },
);

kernelTest("keys, bundles and layouts in a closed home are told of", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  const home = makeHome(workspace);
  Deno.writeTextFileSync(`${home}/key.pub`, "");
  const layout = `oci:${home}/layout:v1`;
  await cli.must(["image", "build", layout, fixture("xdp_pass")]);
  mustBeClosed(await cli.run([...LOAD, "--key", `${home}/key.pub`]), /^Cannot read the key/);
  mustBeClosed(await cli.run([...LOAD, "--bundle", `${home}/key.pub`]), /^Cannot read the bundle/);
  mustBeClosed(await cli.run(["load", "image", layout, ...PROGRAMS]), /^Cannot read the layout/);
});
