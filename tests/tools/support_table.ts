/**
 * Runs the suite of program types on this machine and in the virtual machines, and writes
 * `docs/support.md` from what came of it.
 *
 *     deno task support
 *
 * @module
 */
import { PROGRAM_TYPES } from "../../core/types.ts";
import { ensureKernel } from "../vm/kernels.ts";
import { fault, type RunResult, type TestResult } from "./results.ts";
import { type Place, ROOT, type VmKernel } from "./rings.ts";
import { runInVm, runOnHost } from "./run_ring.ts";

const FILES = ["tests/kernel/types_test.ts"];
const KERNELS: readonly VmKernel[] = ["6.1", "6.12", "7.2"];

/** A column of the table. */
export interface SupportColumn {
  /** Such as `Linux 6.1.0-50-amd64`. */
  readonly title: string;
  readonly tests: readonly TestResult[];
}

const HEAD = `# Program types by kernel

This page is written by \`deno task support\`, which runs one test for each program type on the
machine that it is started on and in virtual machines: load, attach, count events that the test
brings about, detach, count no more, unload, leave nothing behind. Do not edit it.
`;

function cellOf(test: TestResult | undefined, notes: string[]): string {
  if (test === undefined) return "not run";
  if (test.outcome === "passed") return "pass";
  if (test.outcome === "failed") return "FAIL";
  const known = notes.indexOf(test.detail);
  return `skip (${known >= 0 ? known + 1 : notes.push(test.detail)})`;
}

function resultOf(column: SupportColumn, type: string): TestResult | undefined {
  return column.tests.find(({ name }) => name.startsWith(`type ${type}:`));
}

/** The page for these results. */
export function supportPage(columns: readonly SupportColumn[]): string {
  const notes: string[] = [];
  const rows = PROGRAM_TYPES.map((type) => [
    "`" + type + "`",
    ...columns.map((column) => cellOf(resultOf(column, type), notes)),
  ]);
  const head = ["program type", ...columns.map(({ title }) => title)];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const reasons = notes.map((note, at) => `${at + 1}. ${note}`);
  const why = reasons.length === 0 ? [] : ["", "Reasons of skips:", "", ...reasons];
  return [HEAD, ...lines, ...why, ""].join("\n");
}

/** What is wrong with the results: a failure, or a type that passed nowhere. */
export function supportFaults(columns: readonly SupportColumn[]): string[] {
  const failed = columns.flatMap(({ title, tests }) =>
    tests.filter(({ outcome }) => outcome === "failed")
      .map(({ name, detail }) => `${title}: ${name}: ${detail}`)
  );
  const nowhere = PROGRAM_TYPES.filter((type) =>
    columns.every((column) => resultOf(column, type)?.outcome !== "passed")
  );
  return [...failed, ...nowhere.map((type) => `${type} passed on no kernel`)];
}

async function vmColumn(kernel: VmKernel): Promise<SupportColumn> {
  const { release } = await ensureKernel(kernel, { log: console.error });
  const run = await runInVm(kernel, { ring: "vm", files: FILES, filter: undefined })
    .catch((error): RunResult => {
      const place: Place = `vm-${kernel}`;
      return { ring: "vm", place, seconds: 0, tests: [fault(place, error)] };
    });
  return { title: `Linux ${release}`, tests: run.tests };
}

if (import.meta.main) {
  const host = await runOnHost({ ring: "kernel", files: FILES, filter: undefined });
  const columns: SupportColumn[] = [
    { title: `Linux ${Deno.osRelease()} (host)`, tests: host.tests },
  ];
  for (const kernel of KERNELS) columns.push(await vmColumn(kernel));
  Deno.writeTextFileSync(`${ROOT}docs/support.md`, supportPage(columns));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", `${ROOT}docs/support.md`] })
    .output();
  const faults = supportFaults(columns);
  for (const line of faults) console.error(line);
  Deno.exit(faults.length === 0 ? 0 : 1);
}
