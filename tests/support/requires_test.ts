import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { type Feature, type FeatureName, FEATURES, type ProbeResult } from "./features.ts";
import { compareKernels, decide, type Decision, type Machine, type Need } from "./requires.ts";

const RUN: Decision = { kind: "run" };

/** A machine on which every feature's probe finds `found`. */
function machineWith(found: ProbeResult, changes: Partial<Machine> = {}): Machine {
  const features = Object.fromEntries(
    Object.entries(FEATURES).map(([name, feature]) => [name, { ...feature, probe: () => found }]),
  ) as unknown as Readonly<Record<FeatureName, Feature>>;
  return {
    kernelRelease: "6.12.107+deb13-amd64",
    isRoot: true,
    isVirtualMachine: false,
    features,
    hasCommand: (name) => name === "strace",
    hasFile: (path) => path === "/etc/hostname",
    ...changes,
  };
}

/** The reason of a decision that must be of the given kind. */
function reasonOf(kind: "skip" | "fail", needs: readonly Need[], machine: Machine): string {
  const decision = decide(needs, machine);
  strictEqual(decision.kind, kind, JSON.stringify(decision));
  return decision.reason;
}

Deno.test("decide() runs a test whose needs are all met", () => {
  const needs: Need[] = ["root", "tcx", "kernel>=6.6", "command:strace", "file:/etc/hostname"];
  deepStrictEqual(decide(needs, machineWith("works")), RUN);
});

Deno.test("decide() skips a feature on a kernel that is too old for it", () => {
  const machine = machineWith("absent", { kernelRelease: "6.1.0-50-amd64" });
  match(reasonOf("skip", ["tcx"], machine), /tcx needs Linux 6.6 or newer: this is 6.1.0-50-amd64/);
});

Deno.test("decide() fails a missing feature on a kernel that should have it", () => {
  match(
    reasonOf("fail", ["tcx"], machineWith("absent")),
    /Cannot skip for "tcx": Linux 6.12\S+ is newer than 6.6, yet the probe found "absent"/,
  );
});

Deno.test("decide() skips what the list of host exceptions covers, by cause", () => {
  for (const name of ["fentry", "fexit", "freplace", "lsm"] as const) {
    match(reasonOf("skip", [name], machineWith("refused")), /refuses such programs to root/);
    match(reasonOf("fail", [name], machineWith("errno 95")), /errno 95/);
  }
  match(reasonOf("skip", ["kprobe"], machineWith("absent")), /built without kprobes/);
  match(reasonOf("fail", ["kprobe"], machineWith("refused")), /refused/);
});

Deno.test("decide() knows no exceptions in a virtual machine", () => {
  const machine = machineWith("refused", { isVirtualMachine: true });
  match(reasonOf("fail", ["freplace"], machine), /Cannot skip for "freplace"/);
});

Deno.test("decide() does not probe as somebody else than root", () => {
  const machine = machineWith("refused", { isRoot: false });
  strictEqual(reasonOf("skip", ["fentry"], machine), "it needs root");
});

Deno.test("decide() names a missing command, file, user or kernel", () => {
  const machine = machineWith("works", { isRoot: false });
  strictEqual(reasonOf("skip", ["root"], machine), "it needs root");
  strictEqual(reasonOf("skip", ["command:bpftool"], machine), 'it needs the command "bpftool"');
  strictEqual(reasonOf("skip", ["file:/none"], machine), 'it needs the file "/none"');
  match(reasonOf("skip", ["kernel>=6.13"], machine), /needs Linux 6.13 or newer: this is 6.12/);
});

Deno.test("compareKernels() compares numbers, not text", () => {
  strictEqual(Math.sign(compareKernels("6.12.1", "6.6")), 1);
  strictEqual(Math.sign(compareKernels("6.1.0-50", "6.12")), -1);
  strictEqual(compareKernels("6.6.1", "6.6"), 0);
  strictEqual(Math.sign(compareKernels("7.0", "6.18")), 1);
  throws(() => compareKernels("six", "6.6"), /Cannot read the kernel version "six"/);
});

Deno.test("kernelTest() ignores a test with an unmet need and records file and reason", async () => {
  const folder = await Deno.makeTempDir({ prefix: "requires-" });
  try {
    const report = `${folder}/skips.jsonl`;
    const module = new URL("./requires.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${folder}/sample_test.ts`,
      `import { kernelTest } from ${JSON.stringify(module)};
kernelTest("needs nothing", [], () => {});
kernelTest("needs the impossible", ["command:no-such-program"], () => {
  throw new Error("This must not run");
});
`,
    );
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-config", "--no-check", "--reporter=dot", folder],
      env: { BPFMAN_TEST_REPORT: report, NO_COLOR: "1" },
      stdout: "piped",
      stderr: "null",
    }).output();
    strictEqual(code, 0);
    match(new TextDecoder().decode(stdout), /1 passed \| 0 failed \| 1 ignored/);
    const lines = (await Deno.readTextFile(report)).trim().split("\n");
    const file = new URL(`file://${folder}/sample_test.ts`).href;
    deepStrictEqual(lines.map((line) => JSON.parse(line)), [
      { test: "needs nothing", file },
      {
        test: "needs the impossible",
        file,
        skip: 'it needs the command "no-such-program"',
      },
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
