/**
 * Runs `deno test` on this machine or in a virtual machine and collects what it reports.
 *
 * @module
 */

import { ifThere, removeIfThere } from "../../core/files/if_there.ts";
import { ensureLoader } from "../truth/loader.ts";
import { runTestsInVm } from "../vm/guest_run.ts";
import { parseJunit } from "./junit.ts";
import { judge, parseNotes, type RawRun, type RunResult } from "./results.ts";
import { type Place, type Ring, ROOT, type VmKernel } from "./rings.ts";

/** Where reports stay after a run, for whoever wants to look. */
const REPORT_FOLDER = `${ROOT}.output/tests`;

/** Time limits that keep a hanging test from holding up everything. */
const LIMIT_SECONDS: Readonly<Record<Ring, number>> = { unit: 1800, kernel: 1800, vm: 2400 };

/** Where the guest sees the folder for its report. */
const GUEST_REPORT_FOLDER = "/run/bpfman-test-report";

/** What to run. */
export interface RingOptions {
  readonly ring: Ring;
  readonly files: readonly string[];
  /** Runs only tests whose names contain this text. */
  readonly filter: string | undefined;
  /** Stands before each line that is printed, where several run at once. @default none */
  readonly label?: string;
  /** Word of a part or a repetition, whose report has a folder of its own. @default none */
  readonly part?: string;
}

/** Runs test files on this machine. */
export async function runOnHost(options: RingOptions): Promise<RunResult> {
  const folder = await emptyFolder(reportFolder(options.ring, options));
  const begin = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    // the gates check the types of all files at once: here it takes longer than the shortest tests
    args: ["test", "--no-check", ...testArguments(options, folder), ...options.files],
    cwd: ROOT,
    env: { BPFMAN_TEST_REPORT: `${folder}/notes.jsonl`, PATH: pathWithSbin() },
    stdin: "null",
    stdout: options.label === undefined ? "inherit" : "piped",
    stderr: options.label === undefined ? "inherit" : "piped",
    signal: AbortSignal.timeout(LIMIT_SECONDS[options.ring] * 1000),
  }).spawn();
  const { label } = options;
  const copies = label === undefined
    ? []
    : [child.stdout, child.stderr].map((stream) => printAll(stream, prefixedPrinter(label)));
  const { code } = await child.status;
  await Promise.all(copies);
  return collect(options, { place: "host", folder, begin, exitCode: code });
}

/** Runs test files in a virtual machine; its output comes with the place before each line. */
export async function runInVm(
  kernel: VmKernel,
  options: RingOptions,
): Promise<RunResult> {
  const place: Place = `vm-${kernel}`;
  // the guest has no network to fetch its source from
  await ensureLoader();
  const folder = await emptyFolder(reportFolder(place, options));
  const begin = performance.now();
  const print = prefixedPrinter(place);
  const { exitCode, console } = await runTestsInVm({
    kernel,
    files: options.files,
    isTogether: true,
    testArguments: testArguments(options, GUEST_REPORT_FOLDER),
    env: { BPFMAN_TEST_REPORT: `${GUEST_REPORT_FOLDER}/notes.jsonl`, NO_COLOR: "1" },
    cwd: ROOT,
    shares: [{ host: folder, guest: GUEST_REPORT_FOLDER }],
    timeoutSeconds: LIMIT_SECONDS.vm,
    onStdout: print,
    onStderr: print,
  });
  return collect(options, { place, folder, begin, exitCode, console });
}

function reportFolder(name: string, { part }: RingOptions): string {
  return `${REPORT_FOLDER}/${name}${part === undefined ? "" : `-${part}`}`;
}

/** The PATH with the folders of ip and bpftool, which a plain login often leaves out. */
function pathWithSbin(): string {
  return [Deno.env.get("PATH"), "/usr/sbin", "/sbin"].filter(Boolean).join(":");
}

function testArguments({ filter }: RingOptions, folder: string): string[] {
  return [
    "-A",
    `--junit-path=${folder}/junit.xml`,
    ...filter === undefined ? [] : [`--filter=${filter}`],
  ];
}

async function emptyFolder(path: string): Promise<string> {
  removeIfThere(path, { recursive: true });
  await Deno.mkdir(path, { recursive: true });
  return path;
}

interface Ending {
  readonly place: Place;
  readonly folder: string;
  readonly begin: number;
  readonly exitCode: number;
  /** What the kernel of a virtual machine printed. */
  readonly console?: string;
}

function collect(options: RingOptions, ending: Ending): RunResult {
  const { place, folder, begin, exitCode, console } = ending;
  const junit = ifThere(() => Deno.readTextFileSync(`${folder}/junit.xml`));
  const raw: RawRun = {
    cases: junit === undefined ? undefined : parseJunit(junit),
    notes: parseNotes(ifThere(() => Deno.readTextFileSync(`${folder}/notes.jsonl`)) ?? "", ROOT),
    files: options.files,
    exitCode,
    console,
    isFiltered: options.filter !== undefined,
  };
  const seconds = (performance.now() - begin) / 1000;
  return { ring: options.ring, place, seconds, tests: judge(raw) };
}

/** Prints whole lines, so that the output of machines that run at once does not mix within one. */
function prefixedPrinter(place: string): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) console.log(`[${place}] ${line}`);
  };
}

/** Copies a stream to its end. */
async function printAll(
  stream: ReadableStream<Uint8Array>,
  print: (chunk: Uint8Array) => void,
): Promise<void> {
  for await (const chunk of stream) print(chunk);
  // what came without a newline at its end
  print(new TextEncoder().encode("\n"));
}
