/**
 * What `new` makes is used as its README says, line by line.
 *
 * @module
 */
import { deepStrictEqual, match, ok } from "node:assert/strict";
import { codeBlocks } from "../demo/console_blocks.ts";
import { ProjectScene } from "../support/project_scene.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:make", "command:clang-19"] as const;

/** Runs the blocks of the README in order, on an interface of a network namespace. */
async function followReadme(scene: ProjectScene): Promise<string[]> {
  await using wire = await Wire.make();
  const { netns, interface: device } = wire.near;
  const readme = Deno.readTextFileSync(`${scene.folder}/README.md`);
  const blocks = codeBlocks(readme, "sh").map((block) =>
    // nothing here listens on a registry
    block.split("\n").filter((line) => !line.startsWith("bpfman image push")).join("\n")
  );
  const key = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out signing.key";
  await scene.run(key);
  const printed: string[] = [];
  for (const block of blocks) {
    printed.push(await scene.run(block.replace("eth0", device), netns));
  }
  return printed;
}

for (const kind of ["xdp", "tc", "tracepoint"] as const) {
  kernelTest(
    `new ${kind}: the project builds, is sound, passes its test, loads and is packed`,
    [...NEEDS, "tracefs", "command:openssl"],
    async () => {
      await using scene = await ProjectScene.make(kind, "my-guard");
      const [built = "", loaded = "", shipped = "", ...others] = await followReadme(scene);
      deepStrictEqual(others, []);
      match(built, /: valid: 0 errors, 0 warnings/);
      match(built, /^my_guard +\S+ +loads$/m);
      match(built, /^ok /m);
      ok(!built.includes("FAIL"), built);
      match(loaded, /my_guard/);
      match(shipped, /^built: registry\.example\/my-guard:v1@sha256:/m);
      match(shipped, /^signed: /m);
    },
  );
}

kernelTest(
  "new: a project whose name C or its source has already builds and passes its test",
  [...NEEDS, "tracefs"],
  async () => {
    for (const [kind, name] of [["xdp", "count"], ["xdp", "log"], ["tc", "int"]] as const) {
      await using scene = await ProjectScene.make(kind, name);
      const printed = await scene.run("make test");
      match(printed, /^ok /m);
      ok(!printed.includes("FAIL"), printed);
    }
  },
);

kernelTest(
  "new xdp: the test of the project sees a program that is wrong",
  [...NEEDS],
  async () => {
    await using scene = await ProjectScene.make("xdp", "guard");
    const path = `${scene.folder}/guard.bpf.c`;
    const source = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, source.replace("return XDP_DROP", "return XDP_PASS"));
    const printed = await scene.run("! make test 2>&1");
    match(printed, /^FAIL {2}blocked\.bin: 2, expected 1$/m);
    match(printed, /^ok {4}other\.bin: 2$/m);
    deepStrictEqual(await scene.run("bpfman list programs --quiet"), "");
  },
);
