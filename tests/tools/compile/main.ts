/**
 * `deno task compile [--target x86_64|aarch64] [--builder single-file] [--out FILE]`: makes one file
 * that runs where neither Deno nor anything else of this project is.
 *
 * @module
 */
import type { Target } from "./elf.ts";
import { splitBundle } from "./bundle.ts";
import { runtimeFor } from "./runtime.ts";
import { DESCRIPTOR, joinFile } from "./single_file.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const TARGETS: readonly Target[] = ["x86_64", "aarch64"];
const FILE_NAMES: Readonly<Record<Target, string>> = {
  x86_64: "bpfman",
  aarch64: "bpfman-aarch64",
};

/** What is built. */
export interface CompileOptions {
  readonly target: Target;
  readonly builder: "single-file";
  /** Path of the file. */
  readonly out: string;
}

/**
 * Understands the arguments.
 *
 * @throws {TypeError} When one is not known.
 */
export function parseOptions(args: readonly string[]): CompileOptions {
  const known = new Map([["--target", ""], ["--builder", "single-file"], ["--out", ""]]);
  for (let at = 0; at < args.length; at += 2) {
    const [name = "", value] = [args[at], args[at + 1]];
    if (!known.has(name) || value === undefined) {
      throw new TypeError(`Cannot compile: "${name}" is no option with a value`);
    }
    known.set(name, value);
  }
  const wanted = known.get("--target") || Deno.build.arch;
  const target = TARGETS.find((name) => name === wanted);
  if (target === undefined) throw new TypeError(`Cannot compile for "${wanted}"`);
  const builder = known.get("--builder");
  if (builder !== "single-file") throw new TypeError(`Cannot compile with "${builder}"`);
  return { target, builder, out: known.get("--out") || `${ROOT}dist/${FILE_NAMES[target]}` };
}

/** Writes a program; a half-written one is never at its place. */
async function writeProgram(path: string, parts: readonly Uint8Array[]): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")) || ".", { recursive: true });
  const partial = `${path}.part`;
  const options = { write: true, create: true, truncate: true, mode: 0o755 } as const;
  {
    using file = await Deno.open(partial, options);
    for (const part of parts) {
      for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
    }
  }
  await Deno.chmod(partial, 0o755);
  await Deno.rename(partial, path);
}

/** Builds the tool; gives the size of the file. */
export async function compile({ target, out }: CompileOptions): Promise<number> {
  const [text, runtime] = await Promise.all([
    splitBundle({ builder: "single-file" }, DESCRIPTOR - 1),
    runtimeFor(target),
  ]);
  const parts = joinFile(runtime, text);
  await writeProgram(out, parts);
  return parts.reduce((sum, part) => sum + part.length, 0);
}

if (import.meta.main) {
  const options = parseOptions(Deno.args);
  const size = await compile(options);
  console.log(`${options.out}: ${options.builder}, ${options.target}, ${size} bytes`);
}
