/**
 * libxdp: what its dispatcher runs on an interface, so that an error can name who is there.
 *
 * @module
 */
import { openLibrary } from "./library.ts";
import { readString } from "./memory.ts";

const SYMBOLS = {
  // struct xdp_multiprog *xdp_multiprog__get_from_ifindex(int ifindex): error pointer on failure
  xdp_multiprog__get_from_ifindex: { parameters: ["i32"], result: "usize" },
  // long libxdp_get_error(const void *ptr)
  libxdp_get_error: { parameters: ["usize"], result: "i64" },
  // bool xdp_multiprog__is_legacy(const struct xdp_multiprog *mp)
  xdp_multiprog__is_legacy: { parameters: ["usize"], result: "bool" },
  // struct xdp_program *xdp_multiprog__next_prog(const struct xdp_program *, const struct xdp_multiprog *)
  xdp_multiprog__next_prog: { parameters: ["usize", "usize"], result: "usize" },
  // const char *xdp_program__name(const struct xdp_program *)
  xdp_program__name: { parameters: ["usize"], result: "usize" },
  // void xdp_multiprog__close(struct xdp_multiprog *mp)
  xdp_multiprog__close: { parameters: ["usize"], result: "void" },
  // libxdp_print_fn_t libxdp_set_print(libxdp_print_fn_t fn): NULL silences
  libxdp_set_print: { parameters: ["usize"], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

let opened: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"] | undefined;

function libxdp(): NonNullable<typeof opened> {
  if (opened === undefined) {
    opened = openLibrary("libxdp", SYMBOLS);
    opened.libxdp_set_print(0n);
  }
  return opened;
}

/**
 * Names of the programs that a libxdp dispatcher runs on an interface of this thread's namespace.
 *
 * @param ifindex Interface index.
 * @returns Names in order, null when there is no dispatcher of libxdp.
 * @throws {LibraryError} When libxdp is not installed.
 */
export function libxdpPrograms(ifindex: number): string[] | null {
  const lib = libxdp();
  const multiprog = lib.xdp_multiprog__get_from_ifindex(ifindex);
  if (lib.libxdp_get_error(multiprog) !== 0n) return null;
  try {
    if (lib.xdp_multiprog__is_legacy(multiprog)) return null;
    const names: string[] = [];
    let program = 0n;
    while ((program = lib.xdp_multiprog__next_prog(program, multiprog)) !== 0n) {
      names.push(readString(lib.xdp_program__name(program)));
    }
    return names;
  } finally {
    lib.xdp_multiprog__close(multiprog);
  }
}

/**
 * The library's version by the newest symbol that it has; libxdp has no call that tells it.
 *
 * @returns Such as `1.3 or newer`.
 * @throws {LibraryError} When libxdp is not installed.
 */
export function libxdpVersion(): string {
  const known = openLibrary("libxdp", {
    xdp_program__create: { parameters: ["usize"], result: "usize", optional: true },
  });
  return known.xdp_program__create === null ? "older than 1.3" : "1.3 or newer";
}
