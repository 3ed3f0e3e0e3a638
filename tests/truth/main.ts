/**
 * Prediction against truth: what `check` says of every program of the corpus on each kernel, and
 * what the kernel does when the program is loaded for real. Writes the table into
 * docs/benchmarks.md.
 *
 *     deno task truth
 *     deno task truth --kernels host,6.1,6.12,7.2 --no-write
 *
 * Exit code 1 when a prediction was wrong or fewer than 300 pairs could be compared.
 *
 * @module
 */
import type { KernelProfile } from "../../bytecode-tools/kernel/profile.ts";
import { checkObject } from "../../bytecode-tools/verdict/verdict.ts";
import { bootVm } from "../vm/boot.ts";
import { isKernelName } from "../vm/kernels.ts";
import { comparable, compare, type Comparison, tallies } from "./compare.ts";
import { readFacts } from "./kernel_facts.ts";
import { ensureLoader, parseResults } from "./loader.ts";
import { collectObjects, type TruthObject } from "./objects.ts";
import { truthText, writeTruth } from "./page.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const GUEST_SCRIPT = `${ROOT}tests/truth/in_guest.sh`;
const DEFAULT_KERNELS = ["host", "6.1", "6.12"];
/** Fewer comparable pairs of program and kernel prove too little. */
const LEAST_PAIRS = 300;

/** What the command line asked for. */
interface Flags {
  readonly kernels: readonly string[];
  readonly isWritten: boolean;
}

function parseFlags(args: readonly string[]): Flags {
  let kernels: readonly string[] = DEFAULT_KERNELS;
  let isWritten = true;
  for (const arg of args.join(" ").replace("--kernels ", "--kernels=").split(" ")) {
    const list = /^--kernels=(.+)$/.exec(arg)?.[1];
    if (list !== undefined) kernels = list.split(",");
    else if (arg === "--no-write") isWritten = false;
    else if (arg !== "") throw new Error(`Cannot use "${arg}": see tests/truth/main.ts`);
  }
  return { kernels, isWritten };
}

/** Loads everything on one kernel; facts and results are then in the folder. */
async function loadOn(kernel: string, objects: string, folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const loader = await ensureLoader();
  if (kernel === "host") {
    const args = [GUEST_SCRIPT, loader, objects, folder];
    const { success } = await new Deno.Command("sh", { args, stdin: "null" }).output();
    if (!success) throw new Error("Cannot load the objects on this machine: the script failed");
    return;
  }
  if (!isKernelName(kernel)) throw new Error(`Cannot use kernel "${kernel}": there is none such`);
  const { exitCode } = await bootVm({
    kernel,
    command: ["sh", GUEST_SCRIPT, loader, objects, "/run/truth"],
    shares: [{ host: folder, guest: "/run/truth" }],
    cwd: ROOT,
    timeoutSeconds: 1200,
  });
  if (exitCode !== 0) throw new Error(`Cannot load the objects on Linux ${kernel}: ${exitCode}`);
}

function compareOn(
  profile: KernelProfile,
  folder: string,
  objects: readonly TruthObject[],
): Comparison[] {
  const results = parseResults(Deno.readTextFileSync(`${folder}/results.tsv`));
  const byObject = Map.groupBy(results, ({ object }) => object);
  return objects.flatMap(({ name, path }) => {
    const own = byObject.get(path) ?? [];
    if (own.length === 0) throw new Error(`Cannot compare "${name}": it was not loaded`);
    const programs = own.map(({ program }) => program);
    const [verdict] = checkObject(Deno.readFileSync(path), [profile], { programs });
    return verdict === undefined ? [] : compare(name, verdict, own);
  });
}

/** Predicts and loads on every kernel, one after the other. */
async function compareAll(kernels: readonly string[]): Promise<Comparison[]> {
  const folder = await Deno.makeTempDir({ prefix: "bpfman-truth-" });
  try {
    await Deno.chmod(folder, 0o755);
    await Deno.mkdir(`${folder}/objects`);
    const objects = await collectObjects(`${folder}/objects`);
    const comparisons: Comparison[] = [];
    for (const kernel of kernels) {
      console.error(`Loading ${objects.length} objects: ${kernel}`);
      const own = `${folder}/${kernel}`;
      await loadOn(kernel, `${folder}/objects`, own);
      comparisons.push(...compareOn(readFacts(kernel, own), own, objects));
    }
    return comparisons;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { kernels, isWritten } = parseFlags(args);
  const comparisons = await compareAll(kernels);
  const text = truthText(comparisons);
  console.log(text);
  if (isWritten) await writeTruth(text);
  const counts = tallies(comparisons);
  const wrong = counts.reduce((sum, each) => sum + each.falseLoads + each.falseRejected, 0);
  const pairs = counts.reduce((sum, each) => sum + comparable(each), 0);
  if (pairs < LEAST_PAIRS) console.error(`Only ${pairs} pairs could be compared: too few`);
  return wrong === 0 && pairs >= LEAST_PAIRS ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
