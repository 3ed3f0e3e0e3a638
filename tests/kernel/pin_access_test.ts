import { match, notStrictEqual, strictEqual } from "node:assert/strict";
import { Cli, fixture } from "../support/cli.ts";
import { runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

kernelTest("nobody else can make anything among the pins", [
  "root",
  "bpffs",
  "command:setpriv",
], async () => {
  await using workspace = await Workspace.make();
  // as /run/bpfman is: whoever may look into it must not be able to do more
  await Deno.chmod(workspace.path, 0o755);
  const cli = new Cli(workspace);
  await cli.must(["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass"]);

  // the pin of a program to come: its load would fail, and a folder of chains would be a stranger's
  for (const name of ["prog_4000000000", "netkit"]) {
    const path = `${workspace.bpffs}/${name}`;
    const made = await runProgram("setpriv", [...NOBODY, "mkdir", path]);
    notStrictEqual(made.code, 0, path);
    match(made.stderr, /Permission denied/);
  }

  strictEqual((Deno.statSync(workspace.bpffs).mode ?? 0) & 0o022, 0);
});
