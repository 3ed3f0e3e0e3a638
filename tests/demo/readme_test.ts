/**
 * README.md and docs/quick-start.md: what they show is what happens.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { ROOT } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { compile } from "../tools/compile/main.ts";
import { codeBlocks } from "./console_blocks.ts";
import { runTour } from "./tour.ts";

kernelTest(
  "README.md: the tour's commands work and print what the tour shows",
  ["root", "bpffs", "command:bpftool", "command:ping", "command:ip"],
  () => runTour({ page: "README.md" }),
);

const QUICK_START_NEEDS = [
  "root",
  "bpffs",
  "command:bpftool",
  "command:clang-19",
  "command:ip",
  "command:openssl",
  "command:ping",
] as const;

/** The quick start, whatever the tool is. */
async function quickStart(program?: string): Promise<void> {
  const page = "docs/quick-start.md";
  const text = Deno.readTextFileSync(`${ROOT}${page}`);
  const [source = "", ...otherSources] = codeBlocks(text, "c");
  const [manifest = "", ...otherManifests] = codeBlocks(text, "yaml");
  deepStrictEqual([otherSources, otherManifests], [[], []]);
  const files = { "drop.bpf.c": source, "guard.yaml": manifest };
  await runTour({ page, files, ...(program === undefined ? {} : { program }) });
}

kernelTest(
  "docs/quick-start.md: its commands work and print what the page shows",
  QUICK_START_NEEDS,
  () => quickStart(),
);

kernelTest(
  "docs/quick-start.md: the single file does the same, with no more rights than it has",
  QUICK_START_NEEDS,
  async () => {
    const out = `${ROOT}.output/quick-start/bpfman`;
    await compile({ target: Deno.build.arch, builder: "single-file", out });
    await quickStart(out);
  },
);
