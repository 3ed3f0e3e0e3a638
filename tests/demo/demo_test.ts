import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { isThere } from "../../core/files/if_there.ts";
import { objectIds } from "../support/bpftool.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import type { Report } from "./perform.ts";

const DEMO = new URL("./demo.ts", import.meta.url).pathname;
const NEEDS: readonly Need[] = ["root", "bpffs", "tracefs", "command:bpftool", "command:ping"];

interface DemoRun {
  readonly code: number;
  readonly text: string;
  readonly report: Report;
}

interface RunOptions {
  /** Further words of the command line. */
  readonly words?: readonly string[];
  /** Kill it with SIGINT once its output has this. */
  readonly killAt?: RegExp;
  /** Commands that only pretend to work. */
  readonly fakes?: readonly string[];
}

function fakeCommands(folder: string, names: readonly string[]): string {
  for (const name of names) {
    Deno.writeTextFileSync(`${folder}/${name}`, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  }
  return `${folder}:${Deno.env.get("PATH") ?? ""}`;
}

/** Reads what it prints, and interrupts it when its moment has come. */
async function readUntilEnd(child: Deno.ChildProcess, killAt: RegExp | undefined) {
  let text = "";
  let isKilled = false;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (killAt === undefined || isKilled || !killAt.test(text)) continue;
    isKilled = true;
    child.kill("SIGINT");
  }
  return { text, isKilled };
}

/** Runs the demo in a process of its own and reads its report. */
async function runDemo({ words = [], killAt, fakes = [] }: RunOptions = {}): Promise<DemoRun> {
  const folder = Deno.makeTempDirSync({ prefix: "bpfman-demo-test-" });
  try {
    const report = `${folder}/report.json`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", DEMO, "--report", report, ...words],
      env: { NO_COLOR: "1", PATH: fakeCommands(folder, fakes) },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [{ text, isKilled }, stderr, { code }] = await Promise.all([
      readUntilEnd(child, killAt),
      new Response(child.stderr).text(),
      child.status,
    ]);
    ok(killAt === undefined || isKilled, `it never printed ${killAt}:\n${text}${stderr}`);
    ok(isThere(report), `it ended with exit code ${code} and wrote no report:\n${text}${stderr}`);
    return { code, text: text + stderr, report: JSON.parse(Deno.readTextFileSync(report)) };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Looks with its own eyes whether anything of the demo is left. */
async function checkNothingLeft({ text, report }: DemoRun): Promise<void> {
  deepStrictEqual(report.leftovers, [], text);
  const [programs, links] = [await objectIds("prog"), await objectIds("link")];
  deepStrictEqual(report.programIds.filter((id) => programs.has(id)), []);
  deepStrictEqual(report.kernelLinkIds.filter((id) => links.has(id)), []);
  const folder = /BPFMAN_RUNTIME_DIR=(\S+)/.exec(text)?.[1];
  ok(folder !== undefined, text);
  ok(!Deno.readTextFileSync("/proc/self/mounts").includes(folder), `${folder} is still mounted`);
  const tag = folder.slice(-6);
  const temporary = [...Deno.readDirSync("/tmp")].map(({ name }) => name);
  deepStrictEqual(temporary.filter((name) => name.endsWith(tag)), []);
  const namespaces = [...Deno.readDirSync("/run/netns")].map(({ name }) => name);
  deepStrictEqual(namespaces.filter((name) => name.includes(tag)), []);
}

kernelTest("demo loads, counts and leaves nothing behind", NEEDS, async () => {
  const run = await runDemo();
  strictEqual(run.code, 0, run.text);
  const labels = run.report.readings.map(({ label }) => label);
  ok(labels.includes("packets passed") && labels.includes("calls of openat"), labels.join());
  for (const { label, before, after, isStill = false } of run.report.readings) {
    ok(isStill ? after === before : after > before, `${label}: from ${before} to ${after}`);
  }
  const answers = run.report.readings.filter(({ label }) => label.startsWith("answers"));
  deepStrictEqual(answers.map(({ isStill = false }) => isStill), [false, true, false]);
  const wanted = run.report.skipped.length === 0 ? 6 : 4;
  // one more is loaded from a signed image, and attached to nothing
  strictEqual(run.report.programIds.length, wanted + 1);
  strictEqual(run.report.kernelLinkIds.length, wanted);
  await checkNothingLeft(run);
});

kernelTest("demo --registry loads through a registry that it starts", [
  ...NEEDS,
  "command:docker-registry",
], async () => {
  const run = await runDemo({ words: ["--registry"] });
  strictEqual(run.code, 0, run.text);
  const host = /docker-registry\) listens on (\S+)/.exec(run.text)?.[1];
  ok(host !== undefined, run.text);
  const loads = [...run.text.matchAll(/load image (\S+)/g)].map(([, name]) => name ?? "");
  // what is refused lies in layouts that nobody serves
  const served = loads.filter((name) => !name.startsWith("oci:"));
  ok(served.length >= 2 && served.every((name) => name.startsWith(`${host}/demo/`)), loads.join());
  await checkNothingLeft(run);
  await rejects(fetch(`http://${host}/v2/`), TypeError, "the registry still runs");
});

const MOMENTS: Readonly<Record<string, RegExp>> = {
  "while it makes its network": /netns add \S+server/,
  "while it builds an image": /image build .*xdp_counter/,
  "while it loads": /load image .*xdp_count/,
  "while there is traffic": /ping -q/,
  "while it detaches": / detach 2/,
};

for (const [moment, killAt] of Object.entries(MOMENTS)) {
  kernelTest(`demo cleans up when it is interrupted ${moment}`, NEEDS, async () => {
    const run = await runDemo({ killAt });
    strictEqual(run.code, 130, run.text);
    match(run.text, /SIGINT: cleaning up/);
    await checkNothingLeft(run);
  });
}

kernelTest("demo fails and cleans up when there is no traffic", NEEDS, async () => {
  const run = await runDemo({ fakes: ["ping"] });
  strictEqual(run.code, 1, run.text);
  match(run.text, /FAILED: The counter "packets passed" did not move .* from 0 to \d/);
  await checkNothingLeft(run);
});

kernelTest("demo fails when something is left behind", NEEDS, async () => {
  const run = await runDemo({ fakes: ["umount"] });
  const folder = /BPFMAN_RUNTIME_DIR=(\S+)/.exec(run.text)?.[1] ?? "";
  try {
    strictEqual(run.code, 1, run.text);
    match(run.text, /FAILED: Left behind: mount \S+\/fs, directory/);
  } finally {
    await new Deno.Command("umount", { args: [`${folder}/fs`] }).output();
    Deno.removeSync(folder, { recursive: true });
  }
});
