/**
 * The folders of the project as the lint rules see them: who may import whom, which packages each
 * may use, and the few files with a special right. This is the dependency rule, as data.
 *
 * @module
 */

/** A folder of the project, a file at its root, or a test file of any folder. */
export type Area = "bytecode-tools" | "cli" | "core" | "ffi" | "mod.ts" | "tests" | "other";

/** How strongly one area may depend on another. */
export type Reach = "values" | "types" | "lazily";

/** What one area may import. */
export interface AreaRules {
  /** Areas of ours, each with the strongest form of import that is allowed. */
  readonly areas: Readonly<Partial<Record<Area, Reach>>>;
  /** Package names, and `node:` modules in full. */
  readonly packages: readonly string[];
  /** The reason that a refused import is told. */
  readonly reason: string;
}

/** The rules of the product's areas; tests and files outside these areas may import anything. */
export const AREA_RULES: Readonly<Partial<Record<Area, AreaRules>>> = {
  "bytecode-tools": {
    areas: {},
    packages: [],
    reason: "it is pure functions over bytes that also run in a browser",
  },
  "ffi": {
    areas: {},
    packages: [],
    reason: "it binds C and knows nothing of what is built on it",
  },
  "core": {
    areas: { "bytecode-tools": "values", "ffi": "types" },
    packages: [
      // unpacks images of kernels; Deno has no interface of its own for zstd
      "node:zlib",
      // signatures: the sigstore libraries, whose keys and buffers are Node's
      "node:buffer",
      "node:crypto",
      "@noble/ciphers",
      "@noble/curves",
      "@sigstore/bundle",
      "@sigstore/core",
      "@sigstore/protobuf-specs",
      "@sigstore/verify",
      "tuf-js",
      // policies: the line of a rule
      "jsonc-parser",
      // manifests: YAML with the line of every value
      "yaml",
    ],
    reason: "it reaches the kernel only through the object that it is handed",
  },
  "cli": {
    areas: { "core": "values", "bytecode-tools": "values", "other": "values" },
    packages: ["@stricli/core", "smol-toml"],
    reason: "it turns arguments into calls of core and results into text",
  },
  "mod.ts": {
    areas: { "core": "values", "bytecode-tools": "values", "cli": "lazily", "ffi": "lazily" },
    packages: [],
    reason: "importing the library must neither bind C libraries nor start the command line",
  },
};

/** Files of `cli/` that wire the real kernel to `core/` and so may import values of `ffi/`. */
export const COMPOSITION_ROOTS: readonly string[] = [
  "cli/main.ts",
  "cli/kernel.ts",
  "cli/stages/calls.ts",
];

/** Files that may end the process. */
export const EXIT_FILES: readonly string[] = ["cli/main.ts"];

/** Build tools that live beside what they build; like tests, they are no part of the product. */
const BUILD_TOOLS: readonly string[] = [
  "bytecode-tools/wasm/apt.ts",
  "bytecode-tools/wasm/audit.ts",
  "bytecode-tools/wasm/build.ts",
  "bytecode-tools/wasm/features.ts",
  "bytecode-tools/wasm/fuel.ts",
  "bytecode-tools/wasm/process.ts",
  "bytecode-tools/wasm/source.ts",
];

const ROOT = new URL("../../../", import.meta.url).pathname;

/** Path of a file relative to the project, as the rules name it. */
export function projectPath(filename: string): string {
  const path = filename.startsWith("file://") ? new URL(filename).pathname : filename;
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** The area that a project path belongs to; `x_test.ts` and `x_bench.ts` are tests wherever they are. */
export function areaOf(path: string): Area {
  if (/_(test|bench)\.tsx?$/.test(path) || BUILD_TOOLS.includes(path)) return "tests";
  const first = path.split("/")[0] ?? "";
  if (first === "tests" || first === "mod.ts") return first;
  if (path.includes("/") && Object.hasOwn(AREA_RULES, first)) return first as Area;
  return "other";
}

/** The project path that a relative import of `path` leads to. */
export function resolveImport(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

/** The name of the package that a specifier stands for: no scheme, version or subpath. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  const bare = specifier.replace(/^(?:npm|jsr):\/?/, "");
  const match = /^(@[^/@]+\/[^/@]+|[^/@]+)/.exec(bare);
  return match?.[1] ?? specifier;
}
