/**
 * Libraries as they are installed: where, which version, and which symbols they lack.
 *
 * @module
 */
import { libbpfVersion } from "./libbpf.ts";
import { kernelFiles } from "./kernel_files.ts";
import { libraryCandidates } from "./library.ts";
import type { LibraryFacts } from "./survey_types.ts";

/** Symbols of libbpf by what does not work without them: the tables of `libbpf.ts`. */
const LIBBPF_USES: Readonly<Record<string, readonly string[]>> = {
  "loading objects": [
    "bpf_object__open_mem",
    "bpf_object__load",
    "bpf_object__close",
    "bpf_object__find_program_by_name",
    "bpf_program__type",
    "bpf_program__fd",
    "bpf_object__next_map",
    "bpf_map__name",
    "bpf_map__fd",
    "libbpf_version_string",
  ],
  "objects with several programs": ["bpf_object__next_program", "bpf_program__set_autoload"],
  "programs whose section does not tell their type": [
    "bpf_program__set_type",
    "bpf_program__set_expected_attach_type",
  ],
  "fentry, fexit, lsm and chains of the engine freplace": ["bpf_program__set_attach_target"],
  "programs with flags, such as sleepable ones": ["bpf_program__set_flags"],
  "values of global variables": ["bpf_map__initial_value"],
  "shared maps": ["bpf_map__reuse_fd", "bpf_map__set_pin_path"],
  "chains of the engine compose": [
    "bpf_program__insns",
    "bpf_program__insn_cnt",
    "bpf_program__expected_attach_type",
    "bpf_program__section_name",
  ],
};

/** The same of libxdp: the tables of `libxdp.ts`. */
const LIBXDP_USES: Readonly<Record<string, readonly string[]>> = {
  "showing dispatchers of libxdp": [
    "xdp_multiprog__get_from_ifindex",
    "libxdp_get_error",
    "xdp_multiprog__is_legacy",
    "xdp_multiprog__next_prog",
    "xdp_program__name",
    "xdp_multiprog__close",
    "libxdp_set_print",
  ],
  "the engine libxdp": [
    "xdp_multiprog__main_prog",
    "xdp_multiprog__attach_mode",
    "xdp_program__id",
    "xdp_program__run_prio",
    "xdp_program__set_run_prio",
    "xdp_program__chain_call_enabled",
    "xdp_program__set_chain_call_enabled",
    "xdp_program__create",
    "xdp_program__from_id",
    "xdp_program__attach",
    "xdp_program__detach",
    "xdp_program__close",
  ],
};

const LIBRARIES = {
  libbpf: { debianPackage: "libbpf1", fedoraPackage: "libbpf", uses: LIBBPF_USES },
  libxdp: { debianPackage: "libxdp1", fedoraPackage: "libxdp", uses: LIBXDP_USES },
} as const;

type Name = keyof typeof LIBRARIES;
type MissingSymbol = LibraryFacts["missing"][number];

/** Symbols of a library that bpfman calls, with what each is for. */
export function neededSymbols(name: Name): MissingSymbol[] {
  return Object.entries(LIBRARIES[name].uses)
    .flatMap(([use, symbols]) => symbols.map((symbol) => ({ symbol, use })));
}

function lacking(path: string, needed: readonly MissingSymbol[]): MissingSymbol[] {
  // none of them is called, so their types do not matter
  const optional = { parameters: [], result: "void", optional: true } as const;
  const table = Object.fromEntries(needed.map(({ symbol }) => [symbol, optional]));
  const library = Deno.dlopen(path, table);
  try {
    return needed.filter(({ symbol }) => library.symbols[symbol] === null);
  } finally {
    // nothing of it was called
    library.close();
  }
}

/** Version in the name of the file behind a soname, such as `libxdp.so.1.3.1`. */
function versionOfFile(path: string): string | null {
  return /\.so\.(\d+(?:\.\d+)+)$/.exec(kernelFiles.readLink(path) ?? "")?.[1] ?? null;
}

function versionOf(name: Name, path: string): string | null {
  const version = versionOfFile(path);
  return version ?? (name === "libbpf" ? libbpfVersion().replace(/^v/, "") : null);
}

function failureOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "the permission --allow-ffi does not name it";
  return error instanceof Error ? error.message : String(error);
}

/** A library as it is installed. */
export function libraryFacts(name: Name): LibraryFacts {
  const { debianPackage, fedoraPackage } = LIBRARIES[name];
  const candidates = libraryCandidates(name);
  const path = candidates.find((candidate) => kernelFiles.exists(candidate)) ?? null;
  const known = {
    soname: `${name}.so.1`,
    debianPackage,
    fedoraPackage,
    path,
    folders: candidates.map((candidate) => candidate.slice(0, candidate.lastIndexOf("/"))),
  };
  if (path === null) return { ...known, version: null, failure: null, missing: [] };
  try {
    const missing = lacking(path, neededSymbols(name));
    return { ...known, version: versionOf(name, path), failure: null, missing };
  } catch (error) {
    return { ...known, version: versionOfFile(path), failure: failureOf(error), missing: [] };
  }
}
