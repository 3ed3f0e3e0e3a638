import { deepStrictEqual, match, notStrictEqual, strictEqual } from "node:assert/strict";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { Cli, fixture, PROGRAM } from "../support/cli.ts";
import { runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

/** Objects that libbpf would take to the kernel, or crash on, and the rule that refuses each. */
const BROKEN: readonly {
  readonly what: string;
  readonly rule: RegExp;
  readonly damage: (bytes: Uint8Array, section: (name: string) => number) => void;
}[] = [
  {
    what: "an unknown instruction",
    rule: /\(insn-[a-z-]+, byte \d+ in "xdp"\)/,
    damage: (bytes, section) => bytes.fill(0xff, section("xdp"), section("xdp") + 1),
  },
  {
    what: "a jump out of the program",
    rule: /\(insn-[a-z-]+, byte \d+ in "xdp"\)/,
    // goto +0x7fff in place of the first instruction
    damage: (bytes, section) => bytes.set([0x05, 0, 0xff, 0x7f, 0, 0, 0, 0], section("xdp")),
  },
  {
    what: "BTF of another version",
    rule: /\(btf-[a-z-]+, byte \d+[^)]*\)/,
    damage: (bytes, section) => bytes.fill(9, section(".BTF") + 2, section(".BTF") + 3),
  },
];

/** Calls of bpf(2) that a load makes, as strace sees them, and how it ends. */
async function traceLoad(workspace: Workspace, path: string) {
  const trace = `${workspace.path}/trace`;
  const cli = new Cli(workspace, "process");
  const words = cli.denoArguments(["load", "file", path, "--programs", "xdp:xdp_pass"]);
  const result = await runProgram("strace", [
    ...["-f", "-qq", "-e", "trace=bpf", "-o", trace, PROGRAM],
    ...words,
  ], { env: { TMPDIR: workspace.path } });
  const lines = Deno.readTextFileSync(trace).split("\n");
  return { ...result, calls: lines.filter((line) => /\bbpf\(/.test(line)) };
}

const NEEDS = ["root", "bpffs", "command:strace"] as const;

for (const { what, rule, damage } of BROKEN) {
  kernelTest(`load refuses ${what} before any system call of bpf`, NEEDS, async () => {
    await using workspace = await Workspace.make();
    const bytes = await Deno.readFile(fixture("xdp_pass"));
    const { file } = gateObject(bytes);
    damage(bytes, (name) => file.sections.find((entry) => entry.name === name)?.offset ?? 0);
    const path = `${workspace.path}/broken.bpf.o`;
    await Deno.writeFile(path, bytes);
    const { code, stderr, calls } = await traceLoad(workspace, path);
    strictEqual(code, 1, stderr);
    match(stderr, rule);
    match(stderr, /hint: See: bpfman validate /);
    deepStrictEqual(calls, []);
  });
}

kernelTest("the trace of a load that is not refused has calls of bpf", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const { code, stderr, calls } = await traceLoad(workspace, fixture("xdp_pass"));
  strictEqual(code, 0, stderr);
  notStrictEqual(calls.length, 0);
});
