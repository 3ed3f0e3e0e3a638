/**
 * The Debian packages that the program depends on.
 *
 * @module
 */
import type { LibraryNeed } from "./elf_needs.ts";

/** Libraries that are part of the C library's package. */
const C_LIBRARY = /^(lib(c|m|dl|rt|pthread|util|resolv)\.so\.\d+|ld-linux[a-z0-9_-]*\.so\.\d+)$/;
const COMPILER_LIBRARY = "libgcc_s.so.1";

/** What the program opens by name when it needs it: with these versions every command works. */
const OPENED: readonly string[] = ["libbpf1 (>= 1:1.1.0)", "libxdp1 (>= 1.3.0)"];

function versionNumbers(version: string): number[] {
  return (/^GLIBC_([\d.]+)$/.exec(version)?.[1] ?? "").split(".").map(Number);
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, n) => value !== (b[n] ?? 0));
  return at < 0 ? a.length < b.length : (a[at] ?? 0) < (b[at] ?? 0);
}

/** The newest version of the C library that is needed. */
function newestGlibc(needs: readonly LibraryNeed[]): string | undefined {
  const all = needs.flatMap(({ versions }) => versions).filter((name) => /^GLIBC_\d/.test(name))
    .map(versionNumbers);
  const newest = all.reduce<number[] | undefined>(
    (most, next) => most === undefined || isLess(most, next) ? next : most,
    undefined,
  );
  return newest?.join(".");
}

/**
 * The value of `Depends`, from what the program is linked with.
 *
 * @throws {TypeError} When it needs a library that no known package has.
 */
export function dependsOf(needs: readonly LibraryNeed[]): string {
  const unknown = needs.find(({ name }) => !C_LIBRARY.test(name) && name !== COMPILER_LIBRARY);
  if (unknown !== undefined) {
    throw new TypeError(`Cannot say which package has "${unknown.name}": add it to depends.ts`);
  }
  const glibc = newestGlibc(needs);
  return [
    ...OPENED,
    glibc === undefined ? "libc6" : `libc6 (>= ${glibc})`,
    ...(needs.some(({ name }) => name === COMPILER_LIBRARY) ? ["libgcc-s1"] : []),
  ].sort().join(", ");
}
