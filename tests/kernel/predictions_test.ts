/**
 * What `check` predicts for this kernel against what this kernel does, for every program of the
 * fixtures and of Debian's xdp-tools. `deno task truth` does the same with many more objects.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { checkObject } from "../../bytecode-tools/verdict/verdict.ts";
import { captureFacts } from "../../core/facts/capture.ts";
import { openKernel } from "../../ffi/mod.ts";
import { Cli, fixture } from "../support/cli.ts";
import { corpusObjects } from "../support/corpus.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { comparable, compare, tallies } from "../truth/compare.ts";
import { ensureLoader, parseResults } from "../truth/loader.ts";

const NEEDS = ["root", "bpffs", "file:/sys/kernel/btf/vmlinux"] as const;

kernelTest("check is right about every program of the corpus on this kernel", NEEDS, async () => {
  const loader = await ensureLoader();
  const profile = await captureFacts(openKernel());
  const objects = corpusObjects();
  const { success, stdout } = await new Deno.Command(loader, {
    args: objects.map(({ path }) => path),
  }).output();
  ok(success, "the loader failed");
  const results = Map.groupBy(
    parseResults(new TextDecoder().decode(stdout)),
    ({ object }) => object,
  );
  const comparisons = objects.flatMap(({ name, path, bytes }) => {
    const own = results.get(path) ?? [];
    const programs = own.map(({ program }) => program);
    const [verdict] = checkObject(bytes, [profile], { programs });
    return verdict === undefined ? [] : compare(name, verdict, own);
  });
  const wrong = comparisons.filter(({ outcome }) => outcome.startsWith("false"));
  deepStrictEqual(wrong, []);
  const [tally] = tallies(comparisons);
  ok(tally !== undefined && comparable(tally) >= 30, JSON.stringify(tally));
  ok(tally.trueLoads > 0 && tally.trueRejected > 0, JSON.stringify(tally));
});

kernelTest("kernel snapshot keeps facts that check answers by", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  const data = ["--data-dir", `${workspace.path}/data`];
  const taken = await cli.run(["kernel", "snapshot", "--name", "here", ...data]);
  strictEqual(taken.code, 0, taken.stderr);
  const checked = await cli.run([
    ...["check", fixture("core_guards"), "--kernel", "here", "-o", "json", ...data],
  ]);
  strictEqual(checked.code, 1, checked.stderr);
  const [{ programs }] = JSON.parse(checked.stdout).kernels;
  for (const { name, answer } of programs) {
    strictEqual(answer, name.startsWith("guarded_") ? "loads" : "rejected", name);
  }
});
