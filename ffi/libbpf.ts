/**
 * The part of libbpf that turns an object file into programs and maps. Everything else is
 * bpf(2) itself (`bpf.ts`).
 *
 * @module
 */
import { openLibrary } from "./library.ts";
import { readString } from "./memory.ts";

/** What every load needs, in the order of libbpf.h; all are in libbpf 1.1. Handles are `usize`. */
const SYMBOLS = {
  // struct bpf_object *bpf_object__open_mem(const void *, size_t, const struct bpf_object_open_opts *)
  bpf_object__open_mem: { parameters: ["buffer", "usize", "usize"], result: "usize" },
  // int bpf_object__load(struct bpf_object *obj)
  bpf_object__load: { parameters: ["usize"], result: "i32" },
  // void bpf_object__close(struct bpf_object *obj)
  bpf_object__close: { parameters: ["usize"], result: "void" },
  // struct bpf_program *bpf_object__find_program_by_name(const struct bpf_object *, const char *)
  bpf_object__find_program_by_name: { parameters: ["usize", "usize"], result: "usize" },
  // enum bpf_prog_type bpf_program__type(const struct bpf_program *prog)
  bpf_program__type: { parameters: ["usize"], result: "i32" },
  // int bpf_program__fd(const struct bpf_program *prog)
  bpf_program__fd: { parameters: ["usize"], result: "i32" },
  // struct bpf_map *bpf_object__next_map(const struct bpf_object *, const struct bpf_map *)
  bpf_object__next_map: { parameters: ["usize", "usize"], result: "usize" },
  // const char *bpf_map__name(const struct bpf_map *map)
  bpf_map__name: { parameters: ["usize"], result: "usize" },
  // int bpf_map__fd(const struct bpf_map *map)
  bpf_map__fd: { parameters: ["usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The rest is bound apart: few objects need it, and a symbol costs time. */
const SIBLING_SYMBOLS = {
  // struct bpf_program *bpf_object__next_program(const struct bpf_object *, struct bpf_program *)
  bpf_object__next_program: { parameters: ["usize", "usize"], result: "usize" },
  // int bpf_program__set_autoload(struct bpf_program *prog, bool autoload)
  bpf_program__set_autoload: { parameters: ["usize", "bool"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const TYPE_SYMBOLS = {
  // int bpf_program__set_type(struct bpf_program *prog, enum bpf_prog_type type)
  bpf_program__set_type: { parameters: ["usize", "i32"], result: "i32" },
  // int bpf_program__set_expected_attach_type(struct bpf_program *, enum bpf_attach_type)
  bpf_program__set_expected_attach_type: { parameters: ["usize", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const ATTACH_SYMBOLS = {
  // int bpf_program__set_attach_target(struct bpf_program *, int attach_prog_fd, const char *name)
  bpf_program__set_attach_target: { parameters: ["usize", "i32", "usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const FLAG_SYMBOLS = {
  // int bpf_program__set_flags(struct bpf_program *prog, __u32 flags)
  bpf_program__set_flags: { parameters: ["usize", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const GLOBAL_SYMBOLS = {
  // const void *bpf_map__initial_value(struct bpf_map *map, size_t *psize)
  bpf_map__initial_value: { parameters: ["usize", "buffer"], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

const REUSE_SYMBOLS = {
  // int bpf_map__reuse_fd(struct bpf_map *map, int fd)
  bpf_map__reuse_fd: { parameters: ["usize", "i32"], result: "i32" },
  // int bpf_map__set_pin_path(struct bpf_map *map, const char *path)
  bpf_map__set_pin_path: { parameters: ["usize", "usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const INSTRUCTION_SYMBOLS = {
  // const struct bpf_insn *bpf_program__insns(const struct bpf_program *prog)
  bpf_program__insns: { parameters: ["usize"], result: "usize" },
  // size_t bpf_program__insn_cnt(const struct bpf_program *prog)
  bpf_program__insn_cnt: { parameters: ["usize"], result: "usize" },
  // enum bpf_attach_type bpf_program__expected_attach_type(const struct bpf_program *prog)
  bpf_program__expected_attach_type: { parameters: ["usize"], result: "i32" },
  // const char *bpf_program__section_name(const struct bpf_program *prog)
  bpf_program__section_name: { parameters: ["usize"], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

type Bound<S extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<S>["symbols"];

/** A function that binds its symbols on the first call and remembers them. */
function lazily<S extends Deno.ForeignLibraryInterface>(symbols: S): () => Bound<S> {
  let bound: Bound<S> | undefined;
  return () => bound ??= openLibrary("libbpf", symbols);
}

/** Opening and loading objects. */
export const libbpf: () => Bound<typeof SYMBOLS> = lazily(SYMBOLS);
/** The other programs of an object. */
export const libbpfSiblings: () => Bound<typeof SIBLING_SYMBOLS> = lazily(SIBLING_SYMBOLS);
/** Programs whose section does not tell their type. */
export const libbpfTypes: () => Bound<typeof TYPE_SYMBOLS> = lazily(TYPE_SYMBOLS);
/** Programs that name their target in the kernel. */
export const libbpfAttach: () => Bound<typeof ATTACH_SYMBOLS> = lazily(ATTACH_SYMBOLS);
/** Programs whose section does not tell their flags. */
export const libbpfFlags: () => Bound<typeof FLAG_SYMBOLS> = lazily(FLAG_SYMBOLS);
/** Global variables. */
export const libbpfGlobals: () => Bound<typeof GLOBAL_SYMBOLS> = lazily(GLOBAL_SYMBOLS);
/** Maps that exist already. */
export const libbpfReuse: () => Bound<typeof REUSE_SYMBOLS> = lazily(REUSE_SYMBOLS);
/** Instructions of a program, as libbpf adapted them. */
export const libbpfInstructions: () => Bound<typeof INSTRUCTION_SYMBOLS> = lazily(
  INSTRUCTION_SYMBOLS,
);

/**
 * Version of libbpf, such as `v1.1`.
 *
 * @throws {LibraryError} When libbpf is not installed.
 */
export function libbpfVersion(): string {
  const { libbpf_version_string: version } = openLibrary("libbpf", {
    // const char *libbpf_version_string(void), since libbpf 0.6
    libbpf_version_string: { parameters: [], result: "usize" },
  });
  return readString(version());
}
