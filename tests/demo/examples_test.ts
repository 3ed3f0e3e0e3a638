/**
 * The TypeScript examples of all pages pass the type check, and run unless they are marked `ignore`.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { ROOT } from "../support/cli.ts";
import { systemPath } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { blocksOf, findPages, readPage } from "../docs/pages.ts";

/** What examples import, and where that is in the checkout. */
const MODULES: readonly (readonly [string, string])[] = [
  ["@bpfman/cli/bytecode-tools", "bytecode-tools/mod.ts"],
  ["@bpfman/cli/images", "core/image/mod.ts"],
  ["@bpfman/cli", "mod.ts"],
  ["./mod.ts", "mod.ts"],
  ["../bytecode-tools/mod.ts", "bytecode-tools/mod.ts"],
  ["./bytecode-tools/inspector/core.ts", "bytecode-tools/inspector/core.ts"],
];

/** An example as a file of its own, on a runtime directory of its own. */
function adapted(code: string, runtimeDirectory: string): string {
  let text = code.replaceAll(
    "openBpfman()",
    `openBpfman({ runtimeDirectory: "${runtimeDirectory}" })`,
  );
  for (const [name, path] of MODULES) text = text.replaceAll(`"${name}"`, `"${ROOT}${path}"`);
  return text;
}

async function mustDeno(args: readonly string[], folder: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", PATH: systemPath(), TMPDIR: folder },
    stdin: "null",
  }).output();
  strictEqual(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

kernelTest(
  "the TypeScript examples of the pages pass the type check and run",
  ["root", "bpffs", "tracefs"],
  async () => {
    await using workspace = await Workspace.make();
    const folder = Deno.makeTempDirSync({ prefix: "bpfman-examples-" });
    try {
      const examples = findPages().flatMap((page) =>
        blocksOf(readPage(page)).filter(({ kind }) => kind === "ts")
      ).map(({ code, marks }, index) => {
        const file = `${folder}/example_${index}.ts`;
        Deno.writeTextFileSync(file, adapted(code, workspace.path));
        return { file, isRun: !marks.includes("ignore") };
      });
      const config = ["--config", `${ROOT}deno.json`];
      await mustDeno(["check", ...config, ...examples.map(({ file }) => file)], folder);
      const run = examples.filter(({ isRun }) => isRun);
      ok(run.length >= 6, `only ${run.length} examples are run`);
      for (const { file } of run) {
        await mustDeno(["run", "-A", "--no-check", ...config, file], folder);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);
