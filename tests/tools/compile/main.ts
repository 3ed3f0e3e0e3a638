/**
 * `deno task compile [--target x86_64|aarch64] [--builder BUILDER] [--out FILE]`: makes one file that
 * runs where neither Deno nor anything else of this project is.
 *
 * @module
 */
import type { Target } from "./elf.ts";
import { denoCompile } from "./deno_compile.ts";
import { splitBundle } from "./bundle.ts";
import { runtimeFor } from "./runtime.ts";
import { DESCRIPTOR, joinFile } from "./single_file.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const TARGETS: readonly Target[] = ["x86_64", "aarch64"];
const FILE_NAMES: Readonly<Record<Target, string>> = {
  x86_64: "bpfman",
  aarch64: "bpfman-aarch64",
};

const BUILDERS = ["single-file", "deno-compile"] as const;

/** Who joins runtime and bundle. */
export type FileBuilder = typeof BUILDERS[number];

/** Bytes of a file by part. */
export interface FileSizes {
  readonly whole: number;
  readonly bundle: number;
}

/** What is built. */
export interface CompileOptions {
  readonly target: Target;
  readonly builder: FileBuilder;
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
  const builder = BUILDERS.find((name) => name === known.get("--builder"));
  if (builder === undefined) {
    throw new TypeError(
      `Cannot compile with "${known.get("--builder")}": ${BUILDERS.join(" or ")}`,
    );
  }
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

async function joinSingleFile(target: Target, out: string): Promise<FileSizes> {
  const [text, runtime] = await Promise.all([
    splitBundle({ builder: "single-file" }, DESCRIPTOR - 1),
    runtimeFor(target),
  ]);
  const notice = await Deno.readTextFile(`${ROOT}NOTICE`);
  const parts = joinFile(runtime, text, notice);
  await writeProgram(out, parts);
  // the licences go where the file goes
  await Deno.writeTextFile(`${out}.NOTICE`, notice);
  const whole = parts.reduce((sum, part) => sum + part.length, 0);
  return { whole, bundle: parts[2]?.length ?? 0 };
}

/** Builds the tool; gives the sizes of what is in the file. */
export async function compile({ target, builder, out }: CompileOptions): Promise<FileSizes> {
  if (builder === "single-file") return await joinSingleFile(target, out);
  await Deno.mkdir(out.slice(0, out.lastIndexOf("/")) || ".", { recursive: true });
  const bundle = await denoCompile({ target, out: await absolutePath(out) });
  return { whole: (await Deno.stat(out)).size, bundle };
}

async function absolutePath(path: string): Promise<string> {
  return path.startsWith("/") ? path : `${await Deno.realPath(".")}/${path}`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

if (import.meta.main) {
  try {
    const { out, builder, target } = parseOptions(Deno.args);
    const { whole, bundle } = await compile({ out, builder, target });
    console.log(`${out}: ${builder}, ${target}, ${whole} bytes`);
    console.log(`  runtime ${megabytes(whole - bundle)}, bundle ${megabytes(bundle)}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    if (error.cause instanceof Error) console.error(`Caused by: ${error.cause.message}`);
    Deno.exit(1);
  }
}
