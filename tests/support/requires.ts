/**
 * Tests that need something of the machine: they run where the need is met, and are skipped with a
 * written reason where it honestly cannot be. A feature that the kernel should have, and that no
 * documented exception covers, makes the test fail instead.
 *
 * @module
 */

import { IS_EMULATED } from "./emulated.ts";
import { type Feature, type FeatureCause, type FeatureName, FEATURES } from "./features.ts";
import { testFile } from "./test_file.ts";

/** One thing that a test needs: a kernel feature, root, a minimum kernel, a program or a file. */
export type Need =
  | FeatureName
  | "root"
  | `kernel>=${string}`
  | `command:${string}`
  | `file:${string}`;

/** Body of a test. */
export type TestBody = (context: Deno.TestContext) => void | Promise<void>;

/** What the decision about a test asks of the machine. */
export interface Machine {
  /** Such as `6.12.107+deb13-amd64`. */
  readonly kernelRelease: string;
  readonly isRoot: boolean;
  /** True in one of the project's virtual machines, whose kernels lack nothing. */
  readonly isVirtualMachine: boolean;
  readonly features: Readonly<Record<FeatureName, Feature>>;
  hasCommand(name: string): boolean;
  hasFile(path: string): boolean;
}

/** What becomes of a test. */
export type Decision =
  | { readonly kind: "run" }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "fail"; readonly reason: string };

const RUN: Decision = { kind: "run" };

/** Registers a test that runs only where all of its needs are met. */
export function kernelTest(name: string, needs: readonly Need[], fn: TestBody): void {
  const decision = decide(needs, thisMachine());
  record(name, decision);
  Deno.test({
    name,
    ignore: decision.kind === "skip",
    fn(context) {
      if (decision.kind === "fail") throw new Error(decision.reason);
      return fn(context);
    },
  });
}

/** Decides about a test: the first need that is not met gives the reason. */
export function decide(needs: readonly Need[], machine: Machine): Decision {
  for (const need of needs) {
    const decision = decideNeed(need, machine);
    if (decision.kind !== "run") return decision;
  }
  return RUN;
}

function decideNeed(need: Need, machine: Machine): Decision {
  if (need === "root") return skipUnless(machine.isRoot, "it needs root");
  const [kind, argument] = splitNeed(need);
  switch (kind) {
    case "kernel>=":
      return skipUnless(
        compareKernels(machine.kernelRelease, argument) >= 0,
        `it needs Linux ${argument} or newer: this is ${machine.kernelRelease}`,
      );
    case "command:":
      return skipUnless(machine.hasCommand(argument), `it needs the command "${argument}"`);
    case "file:":
      return skipUnless(machine.hasFile(argument), `it needs the file "${argument}"`);
    default:
      return decideFeature(need as FeatureName, machine);
  }
}

/** Takes `command:strace` apart; the first part is empty for a feature. */
function splitNeed(need: Need): [string, string] {
  const match = /^(kernel>=|command:|file:)(.+)$/.exec(need);
  return match === null ? ["", need] : [match[1] ?? "", match[2] ?? ""];
}

function skipUnless(isMet: boolean, reason: string): Decision {
  return isMet ? RUN : { kind: "skip", reason };
}

function decideFeature(name: FeatureName, machine: Machine): Decision {
  const feature = machine.features[name];
  const kernel = machine.kernelRelease;
  if (compareKernels(kernel, feature.since) < 0) {
    const reason = `${name} needs Linux ${feature.since} or newer: this is ${kernel}`;
    return { kind: "skip", reason };
  }
  // Probing as somebody else than root would only find missing rights.
  if (!machine.isRoot) return { kind: "skip", reason: "it needs root" };
  const found = feature.probe();
  if (found === "works") return RUN;
  const exception = machine.isVirtualMachine ? undefined : exceptionFor(feature, found);
  if (exception !== undefined) return { kind: "skip", reason: `${name}: ${exception}` };
  return {
    kind: "fail",
    reason: `Cannot skip for "${name}": Linux ${kernel} is newer than ${feature.since}, ` +
      `yet the probe found "${found}"`,
  };
}

function exceptionFor(feature: Feature, cause: FeatureCause): string | undefined {
  return feature.hostMayLack?.[cause];
}

/** Compares two kernel versions by their first two numbers: negative, zero or positive. */
export function compareKernels(left: string, right: string): number {
  const [a, b] = [kernelNumbers(left), kernelNumbers(right)];
  return a[0] === b[0] ? a[1] - b[1] : a[0] - b[0];
}

function kernelNumbers(version: string): [number, number] {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (match === null) {
    throw new Error(`Cannot read the kernel version "${version}": no two numbers`);
  }
  return [Number(match[1]), Number(match[2])];
}

/**
 * Adds a line to the report that the test runner reads; without a runner there is no report. It names
 * the test's file, as Deno's own report names this module, and the reason when the test is skipped.
 */
function record(test: string, decision: Decision): void {
  const report = Deno.env.get("BPFMAN_TEST_REPORT");
  if (report === undefined) return;
  const skip = decision.kind === "skip" ? { skip: decision.reason } : {};
  const line = JSON.stringify({ test, file: testFile(), ...skip });
  Deno.writeTextFileSync(report, `${line}\n`, { append: true });
}

/** The machine that this process runs on; each probe runs at most once per process. */
function thisMachine(): Machine {
  return {
    kernelRelease: Deno.osRelease(),
    isRoot: Deno.uid() === 0,
    isVirtualMachine: IS_EMULATED,
    features: REMEMBERED_FEATURES,
    hasCommand: (name) => searchPath().some((folder) => isFile(`${folder}/${name}`)),
    hasFile: isFile,
  };
}

function searchPath(): string[] {
  return (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

function rememberProbe(feature: Feature): Feature {
  let result: ReturnType<Feature["probe"]> | undefined;
  return { ...feature, probe: () => result ??= feature.probe() };
}

const REMEMBERED_FEATURES = Object.fromEntries(
  Object.entries(FEATURES).map(([name, feature]) => [name, rememberProbe(feature)]),
) as unknown as Readonly<Record<FeatureName, Feature>>;
