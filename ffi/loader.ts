/**
 * From the bytes of an object file to one program in the kernel with its maps.
 *
 * @module
 */
import { ObjectError, SyscallError, VerifierError } from "./errno.ts";
import { bpfCommands, openId } from "./bpf.ts";
import type { GlobalPatch, LoadedMap, LoadedObject, MapReuse, ObjectLoader } from "./kernel.ts";
import type { ObjectLoadOptions } from "./kernel.ts";
import {
  libbpf,
  libbpfAttach,
  libbpfFlags,
  libbpfGlobals,
  libbpfReuse,
  libbpfSiblings,
  libbpfTypes,
} from "./libbpf.ts";
import { check, lastErrno } from "./libc.ts";
import { NativeMemory, readString, Struct, writeMemory } from "./memory.ts";
import { captureStderr } from "./stderr_capture.ts";

/** Offsets of struct bpf_object_open_opts (libbpf 1.1) in bytes. */
const OPEN_OPTS = { size: 80, object_name: 8, pin_root_path: 24, btf_custom_path: 48 } as const;

/** How libbpf frames the verifier's log, which it asks for by itself when a load fails. */
const LOG_FRAME = /-- BEGIN PROG LOAD LOG --\n([^]*?)\n?-- END PROG LOAD LOG --/;

const ENOENT = 2;

function* handles(next: (after: bigint) => bigint): Generator<bigint> {
  let handle = 0n;
  while ((handle = next(handle)) !== 0n) yield handle;
}

function mapsOf(object: bigint): bigint[] {
  return [...handles((after) => libbpf().bpf_object__next_map(object, after))];
}

function mapName(map: bigint): string {
  return readString(libbpf().bpf_map__name(map));
}

/** Names of `.rodata`, `.data`, `.bss` and the like have a dot, and no map of C source can. */
function isInternal(name: string): boolean {
  return name.includes(".");
}

/** What libbpf said, line by line. */
export function lines(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/^libbpf: /, "").trimEnd())
    .filter((line) => line !== "");
}

function open(options: ObjectLoadOptions, memory: NativeMemory): bigint {
  const name = memory.string(options.name);
  const opts = Struct.options(OPEN_OPTS.size).u64(OPEN_OPTS.object_name, name);
  if (options.sharedPinDirectory !== undefined) {
    opts.u64(OPEN_OPTS.pin_root_path, memory.string(options.sharedPinDirectory));
  }
  if (options.btfPath !== undefined) {
    opts.u64(OPEN_OPTS.btf_custom_path, memory.string(options.btfPath));
  }
  const address = opts.in(memory);
  const bytes = options.bytes as Uint8Array<ArrayBuffer>;
  const lib = libbpf();
  let errno = 0;
  const { result, text } = captureStderr(() => {
    const object = lib.bpf_object__open_mem(bytes, BigInt(bytes.length), address);
    if (object === 0n) errno = lastErrno();
    return object;
  }, (object) => object === 0n);
  if (result === 0n) throw new ObjectError("bpf_object__open_mem", errno, lines(text));
  return result;
}

/** Keeps the named program and leaves its siblings out of the kernel. */
function select(object: bigint, options: ObjectLoadOptions, memory: NativeMemory): bigint {
  const { program: name, programCount = 2 } = options;
  const selected = libbpf().bpf_object__find_program_by_name(object, memory.string(name));
  if (selected === 0n) {
    throw new SyscallError("bpf_object__find_program_by_name", ENOENT, name);
  }
  if (programCount > 1) {
    const lib = libbpfSiblings();
    for (const program of handles((after) => lib.bpf_object__next_program(object, after))) {
      const result = lib.bpf_program__set_autoload(program, program === selected);
      check("bpf_program__set_autoload", result, name);
    }
  }
  return selected;
}

/** Declares type and target, as far as libbpf did not learn them from the section's name. */
function declare(program: bigint, options: ObjectLoadOptions, memory: NativeMemory): void {
  const { program: name, type, expectedAttachType, attachTarget, isAttachTypeForced } = options;
  const { programFlags, targetProgramFd = 0 } = options;
  const isTyped = libbpf().bpf_program__type(program) === type;
  if (!isTyped || attachTarget !== undefined || isAttachTypeForced === true) {
    const lib = libbpfTypes();
    check("bpf_program__set_type", lib.bpf_program__set_type(program, type), name);
    const result = lib.bpf_program__set_expected_attach_type(program, expectedAttachType);
    check("bpf_program__set_expected_attach_type", result, name);
  }
  if (programFlags !== undefined) {
    const result = libbpfFlags().bpf_program__set_flags(program, programFlags);
    check("bpf_program__set_flags", result, name);
  }
  if (attachTarget === undefined) return;
  const target = memory.string(attachTarget);
  const lib = libbpfAttach();
  const { result, text } = captureStderr(
    () => lib.bpf_program__set_attach_target(program, targetProgramFd, target),
    (code) => code !== 0 && targetProgramFd !== 0,
  );
  if (text !== "") throw new ObjectError("bpf_program__set_attach_target", -result, lines(text));
  check("bpf_program__set_attach_target", result, attachTarget);
}

/** Writes globals into the images of their sections, which libbpf keeps in memory until the load. */
function patchGlobals(object: bigint, patches: readonly GlobalPatch[]): void {
  if (patches.length === 0) return;
  const internal = mapsOf(object).filter((map) => isInternal(mapName(map)));
  const size = new BigUint64Array(1);
  for (const patch of patches) {
    const map = internal.find((candidate) => mapName(candidate).endsWith(patch.section));
    const image = map === undefined
      ? 0n
      : libbpfGlobals().bpf_map__initial_value(map, new Uint8Array(size.buffer));
    const end = BigInt(patch.offset + patch.value.length);
    if (image === 0n || end > (size[0] ?? 0n)) {
      throw new SyscallError("bpf_map__initial_value", ENOENT, patch.section);
    }
    writeMemory(image + BigInt(patch.offset), patch.value);
  }
}

function reuseMaps(object: bigint, reused: readonly MapReuse[]): void {
  if (reused.length === 0) return;
  const maps = new Map(mapsOf(object).map((map) => [mapName(map), map]));
  const lib = libbpfReuse();
  for (const one of reused) {
    const map = maps.get(one.name);
    if (map === undefined) continue;
    using fd = "id" in one ? openId("map", one.id) : bpfCommands.openPin(one.path);
    // a loaded program holds its maps: one that is gone belonged to a sibling
    if (fd === null) continue;
    // libbpf keeps a descriptor of its own
    check("bpf_map__reuse_fd", lib.bpf_map__reuse_fd(map, fd.raw), one.name);
    // a pin by name may hold another map by now, and would win
    check("bpf_map__set_pin_path", lib.bpf_map__set_pin_path(map, 0n), one.name);
  }
}

/** Maps of an object that have a descriptor. */
export function describeMaps(object: bigint): LoadedMap[] {
  return mapsOf(object).map((map) => {
    const name = mapName(map);
    return { name, isInternal: isInternal(name), fd: libbpf().bpf_map__fd(map) };
  }).filter((map) => map.fd >= 0);
}

/** Loads and, when the kernel refuses, says why as well as it can be known. */
function loadIntoKernel(object: bigint, name: string): void {
  const { result, text } = captureStderr(
    () => libbpf().bpf_object__load(object),
    (code) => code !== 0,
  );
  if (result !== 0) throw loadError({ call: "bpf_object__load", name, code: result }, text);
}

/** What the kernel or the library said of a load that failed, as an error. */
export function loadError(
  { call, name, code }: { readonly call: string; readonly name: string; readonly code: number },
  text: string,
): VerifierError | ObjectError {
  const log = LOG_FRAME.exec(text)?.[1]?.trim() ?? "";
  if (log !== "") return new VerifierError(name, -code, log);
  return new ObjectError(call, -code, lines(text));
}

/** An opened object that is ready to be loaded. */
export interface PreparedObject extends Disposable {
  readonly object: bigint;
  /** The one program that will be loaded. */
  readonly program: bigint;
}

/** Opens an object and tells libbpf everything about the load that is to come. */
export function prepare(options: ObjectLoadOptions): PreparedObject {
  using steps = new DisposableStack();
  using memory = new NativeMemory();
  const object = steps.adopt(
    open(options, memory),
    (handle) => libbpf().bpf_object__close(handle),
  );
  const program = select(object, options, memory);
  declare(program, options, memory);
  patchGlobals(object, options.globals ?? []);
  reuseMaps(object, options.reuseMaps ?? []);
  const owned = steps.move();
  return { object, program, [Symbol.dispose]: () => owned.dispose() };
}

function load(options: ObjectLoadOptions): LoadedObject {
  using steps = new DisposableStack();
  const { object, program } = steps.use(prepare(options));
  loadIntoKernel(object, options.program);
  const owned = steps.move();
  return {
    programFd: libbpf().bpf_program__fd(program),
    maps: describeMaps(object),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function warmUp(): void {
  try {
    libbpf();
  } catch {
    // the load meets the same error where it can be reported
  }
}

/** The loader as the seam wants it. */
export const objectLoader: Omit<ObjectLoader, "relocate"> = { load, warmUp };
