/**
 * Runs the rings of tests, prints what ran where, and ends with the line
 * `N passed, N failed, N skipped`.
 *
 *     deno task test
 *     deno task test --ring unit --ring kernel --filter "load file"
 *
 * @module
 */

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

/** Runs one ring: the VM ring boots both kernels at once, then tests the harness itself. */
async function runRing(ring: Ring, filter: string | undefined): Promise<RunResult[]> {
  const all = findTestFiles();
  const files = filesBelow(all, RING_PATHS[ring]);
  const run = ring === "kernel" ? runSideBySide : runOnHost;
  const onHost = () => lookTwice({ ring, files, filter }, run);
  if (ring !== "vm") return [await onHost()];
  const guestOptions = { ring, files: filesBelow(all, [GUEST_PATH]), filter };
  const guests = VM_KERNELS.map(async (kernel): Promise<RunResult> => {
    try {
      return await lookTwice(guestOptions, (options) => runInVm(kernel, options));
    } catch (error) {
      // A machine that could not be started fails its column, not the other one's.
      const tests = [fault("the virtual machine", error)];
      return { ring, place: `vm-${kernel}`, seconds: 0, tests };
    }
  });
  return [...await Promise.all(guests), await onHost()];
}

/** Runs the two parts of a ring at once; a second look, which has few files, runs them alone. */
async function runSideBySide(options: RingOptions): Promise<RunResult> {
  const beside = filesBelow(options.files, BESIDE_PATHS);
  const others = options.files.filter((file) => !beside.includes(file));
  const isWhole = options.part === undefined && beside.length > 0 && others.length > 0;
  if (!isWhole) return await runOnHost(options);
  return joinParts(
    await Promise.all([
      runOnHost({ ...options, files: others, label: "kernel" }),
      runOnHost({ ...options, files: beside, label: "beside", part: "beside" }),
    ]),
  );
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
    (files) => run({ ...options, files, part: "second" }),
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
