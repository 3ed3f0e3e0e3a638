/**
 * libxdp: its dispatchers, which every user of libxdp on this machine shares.
 *
 * @module
 */
import { bpfCommands } from "./bpf.ts";
import { ObjectError } from "./errno.ts";
import { libbpf } from "./libbpf.ts";
import { openLibrary } from "./library.ts";
import type {
  LibxdpCommands,
  LibxdpDispatcher,
  LibxdpJoin,
  LibxdpMode,
  LibxdpProgram,
} from "./libxdp_types.ts";
import { loadError, prepare } from "./loader.ts";
import { NativeMemory, readString, Struct } from "./memory.ts";
import { captureStderr } from "./stderr_capture.ts";

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

/** For those who look closer or change something. */
const CHANGE_SYMBOLS = {
  // struct xdp_program *xdp_multiprog__main_prog(const struct xdp_multiprog *mp)
  xdp_multiprog__main_prog: { parameters: ["usize"], result: "usize" },
  // enum xdp_attach_mode xdp_multiprog__attach_mode(const struct xdp_multiprog *mp)
  xdp_multiprog__attach_mode: { parameters: ["usize"], result: "i32" },
  // __u32 xdp_program__id(const struct xdp_program *xdp_prog)
  xdp_program__id: { parameters: ["usize"], result: "u32" },
  // unsigned int xdp_program__run_prio(const struct xdp_program *xdp_prog)
  xdp_program__run_prio: { parameters: ["usize"], result: "u32" },
  // int xdp_program__set_run_prio(struct xdp_program *xdp_prog, unsigned int run_prio)
  xdp_program__set_run_prio: { parameters: ["usize", "u32"], result: "i32" },
  // bool xdp_program__chain_call_enabled(const struct xdp_program *, enum xdp_action action)
  xdp_program__chain_call_enabled: { parameters: ["usize", "i32"], result: "bool" },
  // int xdp_program__set_chain_call_enabled(struct xdp_program *, unsigned int action, bool enabled)
  xdp_program__set_chain_call_enabled: { parameters: ["usize", "u32", "bool"], result: "i32" },
  // struct xdp_program *xdp_program__create(struct xdp_program_opts *opts), libxdp 1.3
  xdp_program__create: { parameters: ["usize"], result: "usize" },
  // struct xdp_program *xdp_program__from_id(__u32 prog_id)
  xdp_program__from_id: { parameters: ["u32"], result: "usize" },
  // int xdp_program__attach(struct xdp_program *, int ifindex, enum xdp_attach_mode, unsigned flags)
  xdp_program__attach: { parameters: ["usize", "i32", "i32", "u32"], result: "i32" },
  // int xdp_program__detach(struct xdp_program *, int ifindex, enum xdp_attach_mode, unsigned flags)
  xdp_program__detach: { parameters: ["usize", "i32", "i32", "u32"], result: "i32" },
  // void xdp_program__close(struct xdp_program *xdp_prog)
  xdp_program__close: { parameters: ["usize"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** enum xdp_attach_mode. */
const MODES: Readonly<Record<LibxdpMode, number>> = { native: 1, generic: 2 };
/** Actions of enum xdp_action, ABORTED to REDIRECT. */
const ACTIONS = [0, 1, 2, 3, 4] as const;
/** Offsets of struct xdp_program_opts (libxdp 1.3) in bytes. */
const PROGRAM_OPTS = { size: 72, obj: 8, prog_name: 24 } as const;
const EOPNOTSUPP = 95;

type Bound<S extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<S>["symbols"];

let opened: Bound<typeof SYMBOLS> | undefined;
let openedForChange: Bound<typeof CHANGE_SYMBOLS> | undefined;
/** The library's own way to print, which writes to standard error. */
let ownPrinter = 0n;

function libxdp(): Bound<typeof SYMBOLS> {
  if (opened === undefined) {
    opened = openLibrary("libxdp", SYMBOLS);
    ownPrinter = opened.libxdp_set_print(0n);
  }
  return opened;
}

/** Changing dispatchers. */
export function libxdpChange(): Bound<typeof CHANGE_SYMBOLS> {
  libxdp();
  return openedForChange ??= openLibrary("libxdp", CHANGE_SYMBOLS);
}

/** Runs work on the dispatcher of an interface; null when libxdp has none there. */
function withDispatcher<T>(ifindex: number, work: (multiprog: bigint) => T): T | null {
  const lib = libxdp();
  const { result: multiprog } = captureStderr(
    () => lib.xdp_multiprog__get_from_ifindex(ifindex),
    () => false,
  );
  if (lib.libxdp_get_error(multiprog) !== 0n) return null;
  try {
    return lib.xdp_multiprog__is_legacy(multiprog) ? null : work(multiprog);
  } finally {
    lib.xdp_multiprog__close(multiprog);
  }
}

function* programsOf(multiprog: bigint): Generator<bigint> {
  let program = 0n;
  while ((program = libxdp().xdp_multiprog__next_prog(program, multiprog)) !== 0n) yield program;
}

/**
 * Names of the programs that a libxdp dispatcher runs on an interface of this thread's namespace.
 *
 * @param ifindex Interface index.
 * @returns Names in order, null when there is no dispatcher of libxdp.
 * @throws {LibraryError} When libxdp is not installed.
 */
export function libxdpPrograms(ifindex: number): string[] | null {
  return withDispatcher(
    ifindex,
    (multiprog) =>
      [...programsOf(multiprog)].map((program) => readString(libxdp().xdp_program__name(program))),
  );
}

function describe(program: bigint): LibxdpProgram {
  const lib = libxdpChange();
  return {
    id: lib.xdp_program__id(program),
    name: readString(libxdp().xdp_program__name(program)),
    priority: lib.xdp_program__run_prio(program),
    chainActions: ACTIONS.filter((action) => lib.xdp_program__chain_call_enabled(program, action)),
  };
}

function dispatcher(ifindex: number): LibxdpDispatcher | null {
  const lib = libxdpChange();
  return withDispatcher(ifindex, (multiprog) => ({
    mode: lib.xdp_multiprog__attach_mode(multiprog) === MODES.generic ? "generic" : "native",
    mainProgramId: lib.xdp_program__id(lib.xdp_multiprog__main_prog(multiprog)),
    programs: [...programsOf(multiprog)].map(describe),
  }));
}

/** What libbpf says of every dispatcher that libxdp loads. */
const NOISE = /^.*skipping unrecognized data section.*\n/gm;

/** Runs a call of libxdp on a program; when it fails, with what it said on standard error. */
function run(call: string, name: string, work: () => number): void {
  const lib = libxdp();
  lib.libxdp_set_print(ownPrinter);
  try {
    const { result: code, text } = captureStderr(work, (result) => result < 0);
    if (code < 0) throw loadError({ call, name, code }, text.replace(NOISE, ""));
  } finally {
    lib.libxdp_set_print(0n);
  }
}

/** An error pointer of libxdp as an error. */
function pointer(call: string, handle: bigint): bigint {
  const code = Number(libxdp().libxdp_get_error(handle));
  if (handle === 0n || code !== 0) throw new ObjectError(call, -code, []);
  return handle;
}

/** Sets what a program's place in a dispatcher depends on. */
function place(program: bigint, { object, priority, chainActions }: LibxdpJoin): void {
  const lib = libxdpChange();
  run(
    "xdp_program__set_run_prio",
    object.program,
    () => lib.xdp_program__set_run_prio(program, priority),
  );
  for (const action of ACTIONS) {
    const isEnabled = chainActions.includes(action);
    run(
      "xdp_program__set_chain_call_enabled",
      object.program,
      () => lib.xdp_program__set_chain_call_enabled(program, action, isEnabled),
    );
  }
}

function join(request: LibxdpJoin): number {
  const { ifindex, mode, object } = request;
  const lib = libxdpChange();
  using steps = new DisposableStack();
  const memory = steps.use(new NativeMemory());
  const prepared = steps.use(prepare(object));
  const opts = Struct.options(PROGRAM_OPTS.size).u64(PROGRAM_OPTS.obj, prepared.object)
    .u64(PROGRAM_OPTS.prog_name, memory.string(object.program));
  const program = steps.adopt(
    pointer("xdp_program__create", lib.xdp_program__create(opts.in(memory))),
    (handle) => lib.xdp_program__close(handle),
  );
  place(program, request);
  const call = "xdp_program__attach";
  run(call, object.program, () => lib.xdp_program__attach(program, ifindex, MODES[mode], 0));
  const { id } = bpfCommands.programInfoByFd(libbpf().bpf_program__fd(prepared.program));
  // a success may be the silent fall-back to one program without a dispatcher
  if (dispatcher(ifindex)?.programs.some((found) => found.id === id)) return id;
  run(
    "xdp_program__detach",
    object.program,
    () => lib.xdp_program__detach(program, ifindex, MODES[mode], 0),
  );
  throw new ObjectError(call, EOPNOTSUPP, ["libxdp would attach it without a dispatcher only"]);
}

function leave(ifindex: number, programId: number, mode: LibxdpMode): boolean {
  const isThere = dispatcher(ifindex)?.programs.some(({ id }) => id === programId) === true;
  if (!isThere) return false;
  const lib = libxdpChange();
  using steps = new DisposableStack();
  const program = steps.adopt(
    pointer("xdp_program__from_id", lib.xdp_program__from_id(programId)),
    (handle) => lib.xdp_program__close(handle),
  );
  run(
    "xdp_program__detach",
    String(programId),
    () => lib.xdp_program__detach(program, ifindex, MODES[mode], 0),
  );
  return true;
}

/** The dispatchers as the seam wants them. */
export const libxdpCommands: LibxdpCommands = { dispatcher, join, leave };

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
