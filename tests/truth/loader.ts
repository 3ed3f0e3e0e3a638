/**
 * The loader that tells the truth: built from libbpf's source, kept in the cache directory.
 *
 * @module
 */
import { inputSum, LIBBPF_FILES } from "../../bytecode-tools/wasm/build.ts";
import { exists, run, sha256 } from "../../bytecode-tools/wasm/process.ts";
import { cacheDirectory, ensureSource } from "../../bytecode-tools/wasm/source.ts";

const SOURCE = new URL("load_each.c", import.meta.url).pathname;

/** Files of libbpf that the loader needs besides those of the module. */
const MORE_FILES = ["bpf_prog_linfo", "linker", "netlink", "nlattr", "ringbuf", "libbpf"];

async function build(target: string): Promise<void> {
  const libbpf = await ensureSource();
  const files = [...LIBBPF_FILES, ...MORE_FILES].map((name) => `${libbpf}/src/${name}.c`);
  await run("gcc", [
    ...["-O2", "-std=gnu11", "-D_GNU_SOURCE", "-w", "-o", target],
    ...["-I", `${libbpf}/src`, "-I", `${libbpf}/include`, "-I", `${libbpf}/include/uapi`],
    ...[SOURCE, ...files, "-lelf", "-lz"],
  ]);
}

/** Returns the path of the loader, built when it is missing or its sources have changed. */
export async function ensureLoader(): Promise<string> {
  const own = await sha256(new TextEncoder().encode(await Deno.readTextFile(SOURCE)));
  const sums = `${(await inputSum()).slice(0, 16)}-${own.slice(0, 16)}`;
  const path = `${cacheDirectory()}/wasm/load-each-${sums}`;
  if (await exists(path)) return path;
  const building = `${path}.${crypto.randomUUID()}`;
  await build(building);
  await Deno.rename(building, path);
  return path;
}

/** What the kernel made of a program. */
export interface LoadResult {
  /** Path of the object. */
  readonly object: string;
  /** `-` when the object could not be opened. */
  readonly program: string;
  /** 0, a negative error number, or undefined when the loader died. */
  readonly result: number | undefined;
  /** The end of what libbpf and the verifier said; lines are separated by bars. */
  readonly remark: string;
}

/** Reads the loader's lines. */
export function parseResults(text: string): LoadResult[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [object = "", program = "", result = "", remark = ""] = line.split("\t");
    return {
      object,
      program,
      result: /^-?\d+$/.test(result) ? Number(result) : undefined,
      remark,
    };
  });
}
