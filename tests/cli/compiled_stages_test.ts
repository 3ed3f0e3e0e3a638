/**
 * The processes of a change out of a file that takes no flags of Deno, as `deno compile` makes them.
 * What `deno compile` would add is not to be had everywhere, so the file is that of the other builder
 * with the bundle of this one: it hands every word on and has all permissions baked in, too.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { bundle } from "../tools/compile/bundle.ts";
import { runtimeFor } from "../tools/compile/runtime.ts";
import { joinFile } from "../tools/compile/single_file.ts";

/** Writes the file. */
async function makeProgram(path: string): Promise<void> {
  const main = await bundle({ builder: "deno-compile" });
  using file = await Deno.create(path);
  for (const part of joinFile(await runtimeFor("x86_64"), { main, packs: [] })) {
    for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
  }
  await Deno.chmod(path, 0o755);
}

/** Programs as `list` shows them. */
interface Listed {
  readonly programs: readonly { readonly program_id: number; readonly function_name: string }[];
}

kernelTest(
  "a compiled file starts its stages with nothing but the user's words",
  ["root", "bpffs"],
  async () => {
    await using workspace = await Workspace.make();
    const directory = await Deno.makeTempDir({ prefix: "bpfman-compiled-" });
    try {
      const program = `${directory}/bpfman`;
      await makeProgram(program);
      const cli = new Cli(workspace, "process", program);
      const version = await cli.json<{ builder: string }>(["version"]);
      strictEqual(version.builder, "deno-compile");

      const path = fixture("xdp_pass");
      const words = ["load", "file", "--path", path, "--programs", "xdp:xdp_pass"];
      const loaded = await cli.json<unknown>(words);
      match(JSON.stringify(loaded), /xdp_pass/);
      const { programs } = await cli.json<Listed>(["list", "programs"]);
      deepStrictEqual(programs.map(({ function_name: name }) => name), ["xdp_pass"]);

      // a refusal of the front is told once, with its exit code
      const refused = await cli.run([
        ...words.slice(0, 3),
        `${directory}/none.o`,
        ...words.slice(4),
      ]);
      strictEqual(refused.code, 3);
      for (const { program_id: id } of programs) await cli.must(["unload", String(id)]);
      deepStrictEqual(await cli.json<Listed>(["list", "programs"]), { programs: [] });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
);
