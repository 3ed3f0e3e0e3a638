/**
 * Where the shared libraries are. A path-scoped `--allow-ffi` names files, so every library is
 * resolved to one absolute path before it is opened; sonames would be looked up in the current
 * directory. Libraries are never closed: a call after `close()` ends the process.
 *
 * @module
 */
import { LibraryError } from "./errno.ts";

interface LibraryFile {
  readonly soname: string;
  readonly debianPackage: string;
}

const LIBRARIES = {
  libc: { soname: "libc.so.6", debianPackage: "libc6" },
  libbpf: { soname: "libbpf.so.1", debianPackage: "libbpf1" },
  libxdp: { soname: "libxdp.so.1", debianPackage: "libxdp1" },
} as const satisfies Record<string, LibraryFile>;

/** Short name of a library that we bind. */
export type LibraryName = keyof typeof LIBRARIES;

/** Folders in the order of Debian, Fedora, and plain installs. */
function folders(): readonly string[] {
  return Deno.build.arch === "aarch64"
    ? ["/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"]
    : ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
}

/**
 * Absolute paths at which a library is looked for, best first.
 *
 * @param name Short name.
 */
export function libraryCandidates(name: LibraryName): readonly string[] {
  return folders().map((folder) => `${folder}/${LIBRARIES[name].soname}`);
}

/** Folder at which the last library was found: the others are most likely beside it. */
let knownFolder: string | null = null;

function candidatesFirstKnown(name: LibraryName): readonly string[] {
  const all = libraryCandidates(name);
  if (knownFolder === null) return all;
  const first = `${knownFolder}/${LIBRARIES[name].soname}`;
  return [first, ...all.filter((path) => path !== first)];
}

/**
 * Binds symbols of a library. A symbol costs about 0.1 ms: bind only what the verb needs.
 *
 * @param name Short name of the library.
 * @param symbols Symbols to bind.
 * @returns The callable symbols.
 * @throws {LibraryError} When the library is missing, may not be opened, or lacks a symbol.
 */
export function openLibrary<const S extends Deno.ForeignLibraryInterface>(
  name: LibraryName,
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  const { soname, debianPackage } = LIBRARIES[name];
  let denied: unknown;
  for (const path of candidatesFirstKnown(name)) {
    try {
      const library = Deno.dlopen(path, symbols);
      knownFolder = path.slice(0, path.lastIndexOf("/"));
      return library.symbols;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) denied ??= error;
      else if (/undefined symbol|Failed to register symbol/.test(String(error))) {
        throw new LibraryError(
          `Cannot use "${path}": it lacks a symbol that is needed, a newer ${soname} is wanted`,
          soname,
          debianPackage,
          error,
        );
      }
    }
  }
  const message = denied === undefined
    ? `Cannot find "${soname}": it is in none of ${folders().join(", ")}`
    : `Cannot open "${soname}": the permission --allow-ffi does not name it`;
  throw new LibraryError(message, soname, debianPackage, denied);
}
