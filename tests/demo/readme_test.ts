/**
 * README.md and docs/quick-start.md: what they show is what happens.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { ROOT } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { codeBlocks } from "./console_blocks.ts";
import { runTour } from "./tour.ts";

kernelTest(
  "README.md: the tour's commands work and print what the tour shows",
  ["root", "bpffs", "command:bpftool", "command:ping", "command:ip"],
  () => runTour({ page: "README.md" }),
);

kernelTest(
  "docs/quick-start.md: its commands work and print what the page shows",
  [
    "root",
    "bpffs",
    "command:bpftool",
    "command:clang-19",
    "command:ip",
    "command:openssl",
    "command:ping",
  ],
  async () => {
    const page = "docs/quick-start.md";
    const text = Deno.readTextFileSync(`${ROOT}${page}`);
    const [source = "", ...otherSources] = codeBlocks(text, "c");
    const [manifest = "", ...otherManifests] = codeBlocks(text, "yaml");
    deepStrictEqual([otherSources, otherManifests], [[], []]);
    await runTour({ page, files: { "drop.bpf.c": source, "guard.yaml": manifest } });
  },
);
