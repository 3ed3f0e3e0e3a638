/**
 * The native oracle: libbpf from the same source as the WebAssembly module, with the system's
 * libelf, compiled for this machine and kept in the cache directory.
 *
 * @module
 */
import { inputSum, LIBBPF_FILES } from "../../bytecode-tools/wasm/build.ts";
import { exists, run, sha256 } from "../../bytecode-tools/wasm/process.ts";
import { cacheDirectory, ensureSource } from "../../bytecode-tools/wasm/source.ts";

/** The Debian packages that building the oracle takes. */
export const ORACLE_PACKAGES: readonly string[] = ["gcc", "libelf-dev", "libc6-dev", "zlib1g-dev"];

const SOURCE = new URL("native/oracle.c", import.meta.url).pathname;
const GLUE = new URL("../../bytecode-tools/wasm/src/", import.meta.url).pathname;

async function build(target: string): Promise<void> {
  const libbpf = await ensureSource();
  const files = LIBBPF_FILES.map((name) => `${libbpf}/src/${name}.c`);
  await run("gcc", [
    ...["-O2", "-std=gnu11", "-D_GNU_SOURCE", "-w", "-o", target],
    ...["-I", `${libbpf}/src`, "-I", `${libbpf}/include`, "-I", `${libbpf}/include/uapi`],
    ...["-iquote", GLUE],
    ...["-Wl,--wrap=syscall,--wrap=uname"],
    SOURCE,
    ...files,
    ...["-lelf", "-lz"],
  ]);
}

/** Returns the path of the oracle, built when it is missing or its sources have changed. */
export async function ensureOracle(): Promise<string> {
  const own = await sha256(new TextEncoder().encode(await Deno.readTextFile(SOURCE)));
  const path = `${cacheDirectory()}/wasm/oracle-${(await inputSum()).slice(0, 16)}-${
    own.slice(0, 16)
  }`;
  if (await exists(path)) return path;
  const building = `${path}.${crypto.randomUUID()}`;
  await build(building);
  await Deno.rename(building, path);
  return path;
}

/** An answer of the oracle. */
export interface OracleAnswer {
  readonly name: string;
  /** The result of the call; 1 for an address. */
  readonly value: number;
  readonly bytes: Uint8Array;
}

/** A kernel as the oracle takes it: paths, and the version as a number. */
export interface OracleTarget {
  readonly btfPath: string;
  readonly configPath: string;
  readonly version: number;
}

function parseAnswers(output: Uint8Array): OracleAnswer[] {
  const answers: OracleAnswer[] = [];
  const decoder = new TextDecoder();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const [name, value, size] = decoder.decode(output.subarray(at, end)).split(" ");
    if (name === undefined) throw new Error("Cannot read the answers of the oracle: no name");
    const bytes = output.subarray(end + 1, end + 1 + Number(size));
    answers.push({ name, value: Number(value), bytes });
    at = end + 1 + Number(size);
  }
  return answers;
}

/** Asks the oracle about an object; undefined when it crashed. */
export async function askOracle(
  oracle: string,
  objectPath: string,
  target?: OracleTarget,
): Promise<OracleAnswer[] | undefined> {
  const rest = target === undefined ? [] : [target.btfPath, target.configPath, `${target.version}`];
  const output = await new Deno.Command(oracle, {
    args: [objectPath, ...rest],
    signal: AbortSignal.timeout(300_000),
    stderr: "null",
  }).output();
  if (output.signal !== null) return undefined;
  if (output.success) return parseAnswers(output.stdout);
  throw new Error(`Cannot ask the oracle about "${objectPath}": exit code ${output.code}`);
}
