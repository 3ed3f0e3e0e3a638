/**
 * Builds the WebAssembly module from libbpf's source and our own C, and writes it as text into
 * `inspect_wasm.js`.
 *
 *     deno task build:wasm            builds when something has changed
 *     deno task build:wasm --force    builds anyway
 *
 * The same inputs give the same bytes: see audit.ts.
 *
 * @module
 */
import { MAX_MEMORY } from "./exports.ts";
import { addFuel } from "./fuel.ts";
import { exists, run, sha256 } from "./process.ts";
import { cacheDirectory, ensureSource, SOURCE } from "./source.ts";

/** The Debian packages that a machine needs before it can build the module. */
export const WASM_PACKAGES: readonly string[] = [
  "clang-19",
  "libclang-rt-19-dev-wasm32",
  "libc6-dev",
  "linux-libc-dev",
  "lld-19",
  "patch",
  "wasi-libc",
  "xz-utils",
];

const SOURCES = new URL("src/", import.meta.url).pathname;
const GENERATED = new URL("inspect_wasm.js", import.meta.url).pathname;

/** Files of libbpf that what we call needs; `libbpf.c` itself is included by `glue.c`. */
export const LIBBPF_FILES: readonly string[] = [
  "bpf",
  "btf",
  "btf_dump",
  "btf_iter",
  "btf_relocate",
  "elf",
  "features",
  "gen_loader",
  "hashmap",
  "libbpf_errno",
  "libbpf_probes",
  "relo_core",
  "str_error",
  "strset",
  "usdt",
  "zip",
];
const OUR_FILES = ["glue", "melf", "memory", "stubs", "text"];

const COMPILER_FLAGS = [
  "--target=wasm32-wasi",
  "-std=gnu11",
  "-O2",
  "-flto",
  // clang's usual set grows with its versions; these two are in every browser since 2021
  "-mcpu=mvp",
  "-mbulk-memory",
  "-msign-ext",
  "-fvisibility=hidden",
  "-nostdinc",
  // wasi-libc would refuse sys/mman.h; stubs.c has what libbpf calls of it
  "-D_WASI_EMULATED_MMAN",
];
/** On top of the above for our own files; libbpf's are written for a 64-bit Linux. */
const OUR_FLAGS = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-sign-compare"];

const LINKER_FLAGS = [
  "--no-entry",
  "--gc-sections",
  "--strip-all",
  "--compress-relocations",
  "--lto-O2",
  "-z",
  "stack-size=262144",
  `--max-memory=${MAX_MEMORY}`,
];

/** Options of {@linkcode ensureBuilt} and {@linkcode buildModule}. */
export interface BuildOptions {
  /** Called with a line of text when something takes time. */
  readonly log?: (line: string) => void;
  /** Build although the module is there. @default false */
  readonly isForced?: boolean;
}

async function sourceFiles(directory: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const path = `${directory}${entry.name}`;
    if (entry.isDirectory) paths.push(...await sourceFiles(`${path}/`));
    else paths.push(path);
  }
  return paths.sort();
}

/** A sum over everything that decides about the module's bytes, except the compiler. */
export async function inputSum(): Promise<string> {
  const parts = [
    SOURCE.version,
    ...Object.values(SOURCE.files),
    ...LIBBPF_FILES,
    ...COMPILER_FLAGS,
    ...OUR_FLAGS,
    ...LINKER_FLAGS,
    await Deno.readTextFile(new URL("fuel.ts", import.meta.url)),
  ];
  for (const path of await sourceFiles(SOURCES)) {
    parts.push(path.slice(SOURCES.length), await Deno.readTextFile(path));
  }
  return await sha256(new TextEncoder().encode(parts.join("\0")));
}

async function compile(source: string, object: string, flags: readonly string[]): Promise<void> {
  await run("clang-19", [...flags, "-c", source, "-o", object]);
}

/** The order of these directories matters: ours hide headers of the C library and of the machine. */
async function includeFlags(libbpf: string): Promise<string[]> {
  const resources = (await run("clang-19", ["-print-resource-dir"])).trim();
  return [
    ...["-include", `${SOURCES}include/platform.h`],
    ...["-isystem", `${SOURCES}include`, "-isystem", `${resources}/include`],
    ...[`-I${libbpf}/src`, `-I${libbpf}/include`, `-I${libbpf}/include/uapi`],
    ...["-isystem", "/usr/include/wasm32-wasi"],
    ...["-idirafter", "/usr/include", "-idirafter", `/usr/include/${Deno.build.arch}-linux-gnu`],
  ];
}

async function link(directory: string, names: readonly string[]): Promise<void> {
  const resources = (await run("clang-19", ["-print-resource-dir"])).trim();
  const objects = names.map((name) => `${name}.o`);
  const libraries = [
    "-L/usr/lib/wasm32-wasi",
    "-lc",
    `${resources}/lib/wasi/libclang_rt.builtins-wasm32.a`,
  ];
  await run("wasm-ld-19", [...LINKER_FLAGS, ...objects, ...libraries, "-o", "inspect.wasm"], {
    cwd: directory,
  });
}

/** Compiles and links; returns the module's bytes. Nothing is read from or written to the cache. */
export async function buildModule(options: BuildOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const libbpf = await ensureSource(options.log);
  const directory = await Deno.makeTempDir({ prefix: "bpfman-wasm-" });
  try {
    const flags = [...COMPILER_FLAGS, ...await includeFlags(libbpf)];
    for (const name of LIBBPF_FILES) {
      await compile(`${libbpf}/src/${name}.c`, `${directory}/${name}.o`, [...flags, "-w"]);
    }
    for (const name of OUR_FILES) {
      const warnings = name === "glue" ? ["-w"] : OUR_FLAGS;
      await compile(`${SOURCES}${name}.c`, `${directory}/${name}.o`, [...flags, ...warnings]);
    }
    await link(directory, [...LIBBPF_FILES, ...OUR_FILES]);
    return await addFuel(await Deno.readFile(`${directory}/inspect.wasm`));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function generate(bytes: Uint8Array<ArrayBuffer>, inputs: string): Promise<string> {
  return `// @ts-self-types="./inspect_wasm.d.ts"
// Code generated by bytecode-tools/wasm/build.ts. DO NOT EDIT.
// deno-fmt-ignore-file
/** Sum over the sources and flags that this module was built from. */
export const INPUTS = "${inputs}";
/** Version of the libbpf in the module (BSD-2-Clause). */
export const LIBBPF_VERSION = "${SOURCE.upstream}";
/** SHA-256 of the module's bytes. */
export const WASM_SHA256 = "${await sha256(bytes)}";
/** Size of the module in bytes. */
export const WASM_SIZE = ${bytes.length};
/** The module in base64. */
export const WASM_BASE64 = "${bytes.toBase64()}";
`;
}

/** Tells whether `inspect_wasm.js` is there and was made from the sources as they are now. */
export async function isBuilt(): Promise<boolean> {
  if (!await exists(GENERATED)) return false;
  const head = (await Deno.readTextFile(GENERATED)).slice(0, 1000);
  return head.includes(`INPUTS = "${await inputSum()}"`);
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const building = `${path}.${crypto.randomUUID()}`;
  if (typeof content === "string") await Deno.writeTextFile(building, content);
  else await Deno.writeFile(building, content);
  await Deno.rename(building, path);
}

/** Builds the module when it is missing or old; the result of an earlier build is in the cache. */
export async function ensureBuilt(options: BuildOptions = {}): Promise<void> {
  if (options.isForced !== true && await isBuilt()) return;
  const inputs = await inputSum();
  const cached = `${cacheDirectory()}/wasm/inspect-${inputs}.wasm`;
  let bytes: Uint8Array<ArrayBuffer>;
  if (options.isForced !== true && await exists(cached)) {
    bytes = await Deno.readFile(cached);
  } else {
    options.log?.("building the WebAssembly module of the bytecode tools");
    bytes = await buildModule(options);
    await writeWhole(cached, bytes);
  }
  await writeWhole(GENERATED, await generate(bytes, inputs));
}

if (import.meta.main) {
  await ensureBuilt({
    isForced: Deno.args.includes("--force"),
    log: (line) => console.log(line),
  });
  const { WASM_SHA256, WASM_SIZE } = await import("./inspect_wasm.js");
  console.log(`inspect_wasm.js: ${WASM_SIZE} bytes, SHA-256 ${WASM_SHA256}`);
}
