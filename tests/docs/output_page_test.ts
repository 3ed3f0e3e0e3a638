/**
 * docs/output.md: its commands print what the page shows, with a manager that needs no kernel.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { OutputMatcher, readExamples } from "../demo/console_blocks.ts";
import { mustRun } from "../support/must.ts";
import { ROOT } from "./pages.ts";

const PAGE = "docs/output.md";
const FAKE = `${ROOT}tests/support/fake_cli.ts`;

Deno.test(`${PAGE}: its commands print what the page shows`, async () => {
  const examples = readExamples(Deno.readTextFileSync(`${ROOT}${PAGE}`));
  ok(examples.length > 10, `only ${examples.length} examples`);
  const matcher = new OutputMatcher();
  for (const { command, output } of examples) {
    const tool = `bpfman() { '${Deno.execPath()}' run -A -q '${FAKE}' "$@"; }`;
    const printed = await mustRun("bash", ["-c", `${tool}\n${command}`], {
      env: { NO_COLOR: "1" },
    });
    const found = matcher.mismatch(output, printed.split("\n").filter((line) => line !== ""));
    strictEqual(found, undefined, `${command}\n${found}`);
  }
});
