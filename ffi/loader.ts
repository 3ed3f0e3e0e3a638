/**
 * From the bytes of an object file to one program in the kernel with its maps.
 *
 * @module
 */
import { ObjectError, SyscallError, VerifierError } from "./errno.ts";
import { bpfCommands } from "./bpf.ts";
import type { GlobalPatch, LoadedMap, LoadedObject, MapReuse, ObjectLoader } from "./kernel.ts";
import type { ObjectLoadOptions } from "./kernel.ts";
import { libbpf, libbpfAttach, libbpfGlobals, libbpfReuse } from "./libbpf.ts";
import { check } from "./libc.ts";
import { NativeMemory, readString, Struct, writeMemory } from "./memory.ts";
import { captureStderr } from "./stderr_capture.ts";

/** Offsets of struct bpf_object_open_opts (libbpf 1.1) in bytes. */
const OPEN_OPTS = { size: 80, object_name: 8, pin_root_path: 24 } as const;

/** The largest log that every kernel takes; only what is written costs memory. */
const LOG_SIZE = 0xffffff;

const ENOENT = 2;

function* handles(next: (after: bigint) => bigint): Generator<bigint> {
  let handle = 0n;
  while ((handle = next(handle)) !== 0n) yield handle;
}

function programsOf(object: bigint): Generator<bigint> {
  return handles((after) => libbpf().bpf_object__next_program(object, after));
}

function mapsOf(object: bigint): bigint[] {
  return [...handles((after) => libbpf().bpf_object__next_map(object, after))];
}

function mapName(map: bigint): string {
  return readString(libbpf().bpf_map__name(map));
}

function open(options: ObjectLoadOptions, memory: NativeMemory): bigint {
  const opts = Struct.options(OPEN_OPTS.size).u64(
    OPEN_OPTS.object_name,
    memory.string(options.name),
  );
  if (options.sharedPinDirectory !== undefined) {
    opts.u64(OPEN_OPTS.pin_root_path, memory.string(options.sharedPinDirectory));
  }
  const address = opts.in(memory);
  const bytes = options.bytes as Uint8Array<ArrayBuffer>;
  const lib = libbpf();
  let errno = 0;
  const { result, messages } = captureStderr(() => {
    const object = lib.bpf_object__open_mem(bytes, BigInt(bytes.length), address);
    if (object === 0n) errno = -Number(lib.libbpf_get_error(0n));
    return object;
  });
  if (result === 0n) throw new ObjectError("bpf_object__open_mem", errno, messages);
  return result;
}

/** Keeps the named program and leaves its siblings out of the kernel. */
function select(object: bigint, options: ObjectLoadOptions, memory: NativeMemory): bigint {
  const lib = libbpf();
  let selected = 0n;
  for (const program of programsOf(object)) {
    const isWanted = readString(lib.bpf_program__name(program)) === options.program;
    check("bpf_program__set_autoload", lib.bpf_program__set_autoload(program, isWanted));
    if (isWanted) selected = program;
  }
  const { program: name } = options;
  if (selected === 0n) throw new SyscallError("bpf_object__next_program", ENOENT, name);
  check("bpf_program__set_type", lib.bpf_program__set_type(selected, options.type), name);
  const attachType = lib.bpf_program__set_expected_attach_type(
    selected,
    options.expectedAttachType,
  );
  check("bpf_program__set_expected_attach_type", attachType, name);
  if (options.attachTarget !== undefined) {
    const target = memory.string(options.attachTarget);
    const result = libbpfAttach().bpf_program__set_attach_target(selected, 0, target);
    check("bpf_program__set_attach_target", result, options.attachTarget);
  }
  return selected;
}

/** Writes globals into the images of their sections, which libbpf keeps in memory until the load. */
function patchGlobals(object: bigint, patches: readonly GlobalPatch[]): void {
  if (patches.length === 0) return;
  const internal = mapsOf(object).filter((map) => libbpf().bpf_map__is_internal(map));
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
  for (const { name, path } of reused) {
    const map = maps.get(name);
    if (map === undefined) continue;
    using fd = bpfCommands.openPin(path);
    // libbpf keeps a descriptor of its own
    check("bpf_map__reuse_fd", libbpfReuse().bpf_map__reuse_fd(map, fd.raw), name);
  }
}

function describeMaps(object: bigint): LoadedMap[] {
  const lib = libbpf();
  return mapsOf(object).map((map) => ({
    name: mapName(map),
    isInternal: lib.bpf_map__is_internal(map),
    pinByName: lib.bpf_map__pin_path(map) !== 0n,
    fd: lib.bpf_map__fd(map),
  })).filter((map) => map.fd >= 0);
}

/** Loads and, when the kernel refuses, says why as well as it can be known. */
function loadIntoKernel(object: bigint, program: bigint, name: string): void {
  using memory = new NativeMemory();
  const lib = libbpf();
  const log = memory.reserve(LOG_SIZE);
  writeMemory(log, new Uint8Array(1));
  lib.bpf_program__set_log_buf(program, log, BigInt(LOG_SIZE));
  const { result, messages } = captureStderr(() => lib.bpf_object__load(object));
  if (result === 0) {
    lib.bpf_program__set_log_buf(program, 0n, 0n);
    return;
  }
  const text = readString(log, LOG_SIZE).trim();
  if (text !== "") throw new VerifierError(name, -result, text);
  throw new ObjectError("bpf_object__load", -result, messages);
}

function load(options: ObjectLoadOptions): LoadedObject {
  using steps = new DisposableStack();
  using memory = new NativeMemory();
  const object = steps.adopt(
    open(options, memory),
    (handle) => libbpf().bpf_object__close(handle),
  );
  const program = select(object, options, memory);
  patchGlobals(object, options.globals ?? []);
  reuseMaps(object, options.reuseMaps ?? []);
  loadIntoKernel(object, program, options.program);
  const owned = steps.move();
  return {
    programFd: libbpf().bpf_program__fd(program),
    maps: describeMaps(object),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** The loader as the seam wants it. */
export const objectLoader: ObjectLoader = { load };
