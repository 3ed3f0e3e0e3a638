/**
 * Calls that fail once in a process of the tool, by the hand of strace: what it makes of that must
 * be the truth. `tests/faults` does the same to every call, and takes much longer.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture, PROGRAM } from "../support/cli.ts";
import { must, mustRun, type ProgramResult, runProgram } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";

const NEEDS = ["root", "bpffs", "command:strace", "command:tc", "command:ip"] as const;

/** What a command came to, its calls as strace shows them, and how many were made to fail. */
interface Injected extends ProgramResult {
  readonly calls: readonly string[];
  readonly failed: number;
}

/** Runs a command in which calls fail, such as `setns:error=EINTR:when=2`. */
async function inject(
  { workspace }: StateScene,
  fault: string,
  words: readonly string[],
): Promise<Injected> {
  const cli = new Cli(workspace, "process");
  const trace = `${workspace.path}.strace`;
  const [call] = fault.split(":");
  const options = ["-f", "-qq", "-o", trace, "-e", `trace=${call}`, "-e", `inject=${fault}`];
  const args = [...options, PROGRAM, ...cli.denoArguments(words)];
  const result = await runProgram("strace", args);
  const calls = Deno.readTextFileSync(trace).split("\n").filter((line) => line !== "");
  Deno.removeSync(trace);
  return { ...result, calls, failed: calls.filter((line) => /INJECTED/.test(line)).length };
}

/** A program of a TC hook, and where it goes. */
async function tcScene(scene: StateScene, wire: Wire) {
  const [loaded] = await scene.cli.load("tc_ok", "tc:tc_ok");
  const id = String(must(loaded, "program").record.program_id);
  const { netns, interface: name } = wire.near;
  const place = ["--iface", name, "--netns", netns, "--direction", "ingress", "--priority", "5"];
  const filters = async () => {
    const shown = await mustRun("nsenter", [
      ...[`--net=${netns}`, "tc", "filter", "show", "dev", name, "ingress"],
    ]);
    return shown.split("\n").filter((line) => line.includes("handle")).length;
  };
  return { id, attach: ["attach", id, "tc", ...place], filters };
}

kernelTest(
  "every way back from a network namespace that is interrupted is gone",
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    await using wire = await Wire.make();
    const { id, attach, filters } = await tcScene(scene, wire);
    const attached = await inject(scene, "setns:error=EINTR:when=2+2", attach);
    deepStrictEqual([attached.code, attached.stderr], [0, ""]);
    strictEqual(attached.failed > 1, true, "nothing was interrupted");
    deepStrictEqual([await filters(), await scene.codes()], [1, []]);
    const unloaded = await inject(scene, "setns:error=EINTR:when=2+2", ["unload", id]);
    deepStrictEqual([unloaded.code, unloaded.stderr], [0, ""]);
    deepStrictEqual([await filters(), await scene.codes()], [0, []]);
    deepStrictEqual(scene.workspace.litter(), []);
  },
);

/** Lets each way back of a command fail in turn; `check` looks at what the next command makes of it. */
async function failEachReturn(
  scene: StateScene,
  words: readonly string[],
  check: (links: readonly string[]) => Promise<void>,
): Promise<number> {
  for (let back = 2;; back += 2) {
    const { code, stderr, failed } = await inject(scene, `setns:error=ENOMEM:when=${back}`, words);
    if (failed === 0) {
      deepStrictEqual([code, stderr], [0, ""]);
      return back / 2 - 1;
    }
    strictEqual(code, 5, stderr);
    match(stderr, /Cannot come back from network namespace/);
    const next = await scene.cli.run(["detach", "999999", "--ignore-missing"]);
    strictEqual(next.code, 0, next.stderr);
    deepStrictEqual(await scene.codes(), [], `way back ${back / 2}`);
    const links = await scene.cli.must(["list", "links", "-q"]);
    await check(links.split("\n").filter((id) => id !== ""));
  }
}

kernelTest("where there is no way back the next command tells what was done", NEEDS, async () => {
  await using scene = await StateScene.make();
  await using wire = await Wire.make();
  const { id, attach, filters } = await tcScene(scene, wire);
  const attaches = await failEachReturn(scene, attach, async (links) => {
    strictEqual(await filters(), links.length);
    if (links.length > 0) await scene.cli.must(["detach", ...links]);
  });
  strictEqual(attaches > 1, true, `an attach comes back ${attaches} times`);
  strictEqual(await filters(), 1);
  await scene.cli.must(["unload", id]);
  deepStrictEqual([await filters(), scene.workspace.litter()], [0, []]);
});

/** Which call of bpf(2) is the trial by which libbpf learns whether programs can have names. */
function trialOfNames(calls: readonly string[]): number {
  const at = calls.findIndex((line) => /SOCKET_FILTER.*prog_name="[^"]/.test(line));
  // strace counts the calls of each thread, and shows signals between them
  const thread = calls[at]?.split(" ")[0] ?? "";
  const before = calls.slice(0, at + 1).filter((line) => line.startsWith(`${thread} `));
  return before.filter((line) => / bpf\(/.test(line)).length;
}

kernelTest("a program that libbpf would load without its name is taken back", NEEDS, async () => {
  await using scene = await StateScene.make();
  const words = ["load", "file", fixture("xdp_counter"), "--programs", "xdp:xdp_count"];
  const { calls } = await inject(scene, "bpf:error=ENOMEM:when=10000", words);
  await scene.cli.must(["program", "delete", "--all"]);
  const trial = trialOfNames(calls);
  strictEqual(trial > 0, true, `no trial of names in:\n${calls.join("\n")}`);
  const refused = await inject(scene, `bpf:error=ENOMEM:when=${trial}`, [...words, "-o", "json"]);
  strictEqual(refused.code, 5, refused.stderr);
  strictEqual(JSON.parse(refused.stderr).error.code, "load-degraded");
  strictEqual(await scene.cli.must(["list", "programs", "-q"]), "");
  deepStrictEqual([await scene.codes(), scene.workspace.litter()], [[], []]);
});
