/**
 * Runs the rings of tests, prints what ran where, and ends with the line
 * `N passed, N failed, N skipped`.
 *
 *     deno task test
 *     deno task test --ring unit --ring kernel --filter "load file"
 *
 * @module
 */

import { Lanes } from "./lanes.ts";
import { countOf, emptyRuns, fault, joinParts, type RunResult } from "./results.ts";
import {
  BESIDE_PATHS,
  filesBelow,
  findTestFiles,
  GUEST_PATH,
  orphanFiles,
  type Ring,
  RING_PATHS,
  RINGS,
  VM_KERNELS,
  type VmKernel,
} from "./rings.ts";
import { type RingOptions, runInVm, runOnHost } from "./run_ring.ts";
import { withSecondLook } from "./second_look.ts";
import {
  renderCounts,
  renderFailures,
  renderRuns,
  renderTable,
  renderUnsteady,
} from "./summary.ts";

/** What the command line asked for. */
export interface TestFlags {
  readonly rings: readonly Ring[];
  readonly filter: string | undefined;
}

/** Reads the flags; both `--ring unit` and `--ring=unit` are fine. */
export function parseFlags(args: readonly string[]): TestFlags {
  const rings: Ring[] = [];
  let filter: string | undefined;
  const words = args.flatMap((word) => /^(--[a-z]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  for (let index = 0; index < words.length; index += 2) {
    const [flag, value] = [words[index], words[index + 1]];
    if (flag !== "--ring" && flag !== "--filter") {
      throw new Error(`Cannot use "${flag}": the flags are --ring and --filter`);
    }
    if (value === undefined) throw new Error(`Cannot use "${flag}": it needs a value`);
    if (flag === "--filter") filter = value;
    else rings.push(parseRing(value));
  }
  return {
    rings: rings.length === 0 ? RINGS : RINGS.filter((ring) => rings.includes(ring)),
    filter,
  };
}

function parseRing(word: string): Ring {
  const ring = RINGS.find((name) => name === word);
  if (ring === undefined) {
    throw new Error(`Cannot run the ring "${word}": the rings are ${RINGS.join(", ")}`);
  }
  return ring;
}

/** Runs one ring. */
async function runRing(ring: Ring, filter: string | undefined): Promise<RunResult[]> {
  const all = findTestFiles();
  const host = { ring, files: filesBelow(all, RING_PATHS[ring]), filter };
  if (ring !== "vm") return [await lookTwice(host, runSideBySide)];
  return await runMachines({ ring, files: filesBelow(all, [GUEST_PATH]), filter }, host);
}

/**
 * Boots both kernels at once, and tests the harness itself where one of them is done: a machine keeps
 * one processor busy, so that two at once do not slow each other down.
 */
async function runMachines(guest: RingOptions, host: RingOptions): Promise<RunResult[]> {
  const lanes = new Lanes(VM_KERNELS.length);
  const guests = VM_KERNELS.map((kernel) => lanes.run(() => runGuest(kernel, guest)));
  const runPart = (part: RingOptions) => lanes.run(() => lookTwice(part, runOnHost));
  const [first, ...others] = partsOf(host);
  const parts = await Promise.all([runPart(first), ...others.map(runPart)]);
  return [...await Promise.all(guests), joinParts(parts)];
}

/** Runs the tests of one kernel; a machine that could not be started fails its column only. */
async function runGuest(kernel: VmKernel, options: RingOptions): Promise<RunResult> {
  try {
    return await lookTwice(options, (again) => runInVm(kernel, again));
  } catch (error) {
    const tests = [fault("the virtual machine", error)];
    return { ring: options.ring, place: `vm-${kernel}`, seconds: 0, tests };
  }
}

/** The parts of a ring that run beside each other on this machine. */
function partsOf(options: RingOptions): [RingOptions, ...RingOptions[]] {
  const { ring, files } = options;
  const beside = filesBelow(files, BESIDE_PATHS[ring]);
  const others = files.filter((file) => !beside.includes(file));
  if (beside.length === 0 || others.length === 0) return [options];
  const apart = { ...options, files: beside, label: "beside", part: "beside" };
  const rest = { ...options, files: others, label: ring };
  // what takes longer first, where they wait for a lane
  return ring === "vm" ? [apart, rest] : [rest, apart];
}

/** Runs the parts of a ring at once; a second look, which has few files, runs them alone. */
async function runSideBySide(options: RingOptions): Promise<RunResult> {
  if (options.part !== undefined) return await runOnHost(options);
  const [first, ...others] = partsOf(options);
  return joinParts(await Promise.all([runOnHost(first), ...others.map(runOnHost)]));
}

/** Runs files, and those with failures once more. */
async function lookTwice(
  options: RingOptions,
  run: (options: RingOptions) => Promise<RunResult>,
): Promise<RunResult> {
  const first = await run(options);
  return await withSecondLook(
    first,
    options.files,
    (files) => run({ ...options, files, part: [options.part, "second"].filter(Boolean).join("-") }),
  );
}

/** Prints everything about the runs, the closing line last. Gives the exit code. */
function report(runs: readonly RunResult[], problems: readonly string[]): number {
  // Unit tests all run at one place: their line says enough, unless one fails.
  const table = runs.filter(({ ring }) => ring !== "unit");
  const troubles = [renderFailures(runs), renderUnsteady(runs)];
  for (
    const text of [...troubles, table.length === 0 ? "" : renderTable(table), renderRuns(runs)]
  ) {
    if (text !== "") console.log(`\n${text}`);
  }
  for (const problem of problems) console.log(`\n${problem}`);
  const counts = countOf(runs.flatMap(({ tests }) => tests));
  console.log(`\n${renderCounts({ ...counts, failed: counts.failed + problems.length })}`);
  return counts.failed + problems.length === 0 ? 0 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const { rings, filter } = parseFlags(args);
  const runs: RunResult[] = [];
  const problems = orphanFiles(findTestFiles())
    .map((file) => `FAIL ${file} belongs to no ring: see tests/tools/rings.ts`);
  for (const ring of rings) {
    console.log(`\n== ${ring} ==`);
    try {
      runs.push(...await runRing(ring, filter));
    } catch (error) {
      problems.push(`FAIL the ring ${ring}: ${error instanceof Error ? error.message : error}`);
    }
  }
  for (const { ring, place } of emptyRuns(runs, filter !== undefined)) {
    problems.push(`FAIL the ring ${ring} on ${place}: it ran no test`);
  }
  return report(runs, problems);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}
