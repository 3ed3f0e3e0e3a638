/**
 * docs/declared.md: its manifest is good, and its commands print what the page shows.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { fixture, ROOT } from "../support/cli.ts";
import { systemPath } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { codeBlocks, OutputMatcher, readExamples } from "./console_blocks.ts";

/** Where the page's application is. */
const PLACE = "/opt/audit";
const PAGE = Deno.readTextFileSync(`${ROOT}docs/declared.md`);

kernelTest(
  "docs/declared.md: the commands print what the page shows",
  ["root", "bpffs", "tracefs"],
  async () => {
    await using workspace = await Workspace.make();
    const { path } = workspace;
    const [manifest] = codeBlocks(PAGE, "yaml");
    ok(manifest !== undefined);
    Deno.writeTextFileSync(`${path}/audit.yaml`, manifest.replaceAll(PLACE, path));
    Deno.copyFileSync(fixture("tracepoint_counter"), `${path}/count.bpf.o`);
    const bpfman = `bpfman() { '${Deno.execPath()}' run -A '${ROOT}mod.ts' "$@"; }`;
    const examples = readExamples(PAGE);
    ok(examples.length >= 8);
    const matcher = new OutputMatcher();
    for (const { command, output: expected } of examples) {
      const { stdout } = await new Deno.Command("bash", {
        args: ["-c", `exec 2>&1\n${bpfman}\n${command}`],
        cwd: path,
        env: {
          NO_COLOR: "1",
          PATH: systemPath(),
          BPFMAN_CONFIG: "",
          BPFMAN_RUNTIME_DIR: path,
          BPFMAN_DATA_DIR: `${path}/data`,
        },
        stdin: "null",
      }).output();
      const output = new TextDecoder().decode(stdout).replaceAll(path, PLACE);
      const lines = output.split("\n").filter((line) => line !== "");
      const mismatch = matcher.mismatch(expected, lines);
      ok(mismatch === undefined, `the output of "${command}" differs\n${mismatch}\n${output}`);
    }
    const bpfmanEnd = `${bpfman}\nbpfman delete -f audit.yaml`;
    const { code } = await new Deno.Command("bash", {
      args: ["-c", bpfmanEnd],
      cwd: path,
      env: { BPFMAN_RUNTIME_DIR: path, BPFMAN_DATA_DIR: `${path}/data`, PATH: systemPath() },
      stdin: "null",
    }).output();
    strictEqual(code, 0);
  },
);
