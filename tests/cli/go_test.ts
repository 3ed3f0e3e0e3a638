import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { counter } from "../support/bpftool.ts";
import { Cli } from "../support/cli.ts";
import { goProgram } from "../support/go_program.ts";
import { must, mustRun } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "uprobe", "command:bpftool"];

kernelTest("a function of a stripped Go program is probed by its name", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  // a copy, as others may run the program at the same time
  const program = `${workspace.path}/program`;
  await Deno.copyFile(await goProgram(), program);
  const [loaded] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const { record, status } = must(loaded, "program");
  const id = String(record.program_id);
  const stats = `${status.map_dir}/uprobe_stats`;

  const place = ["uprobe", program, "--fn-name", "main.main"];
  const link = await cli.attach(Number(id), ...place);
  for (let run = 0; run < 3; run++) await mustRun(program, ["--version"]);
  strictEqual(await counter(stats), 3);
  strictEqual(link.record.details["fn_name"], "main.main");

  const near = await cli.run(["attach", id, "uprobe", program, "--fn-name", "main.mian"]);
  strictEqual(near.code, 3);
  match(near.stderr, /it has no function "main\.mian"[^]*Did you mean "main\.main"/);
  const outside = await cli.run(["attach", id, ...place, "--offset", "100000"]);
  match(outside.stderr, /main\.main\+100000: the function has only \d+ byte\(s\)/);
  await cli.must(["unload", id]);
  deepStrictEqual(workspace.litter(), []);
});

/** Names as compilers of Go give them, each a function of its own. */
const NAMES = [
  "main.main.func1",
  "main.(*Server).Serve",
  "main.Map[go.shape.int,go.shape.string]",
  "example.org/user/some%2epkg.Größe·1",
] as const;

kernelTest("names with dots, brackets and signs are probed as they are", [
  ...NEEDS,
  "command:clang-19",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const binary = `${workspace.path}/names`;
  const functions = NAMES.map((name, at) =>
    `void f${at}(void) __asm__("${name}");
__attribute__((noinline)) void f${at}(void) { __asm__ volatile(""); }`
  );
  const calls = NAMES.map((_, at) => `if (argc == ${at + 1}) f${at}();`);
  const source = `${functions.join("\n")}\nint main(int argc) { ${calls.join(" ")} return 0; }\n`;
  await Deno.writeTextFile(`${binary}.c`, source);
  await mustRun("clang-19", ["-O1", "-o", binary, `${binary}.c`]);
  const [loaded] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const { record, status } = must(loaded, "program");

  for (const [at, name] of NAMES.entries()) {
    const link = await cli.attach(record.program_id, "uprobe", binary, "--fn-name", name);
    strictEqual(link.record.details["fn_name"], name);
    for (let more = 0; more < NAMES.length; more++) await mustRun(binary, Array(more).fill("x"));
    strictEqual(await counter(`${status.map_dir}/uprobe_stats`), at + 1, name);
    await cli.must(["detach", String(link.record.id)]);
  }
  await cli.must(["unload", String(record.program_id)]);
  deepStrictEqual(workspace.litter(), []);
});
