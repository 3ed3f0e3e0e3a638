/**
 * BPF_PROG_LOAD and BPF_BTF_LOAD, for programs that come from no object file.
 *
 * @module
 */
import { SyscallError, VerifierError } from "./errno.ts";
import { Fd } from "./fd.ts";
import type { OwnedFd } from "./kernel.ts";
import { syscall } from "./libc.ts";
import { NativeMemory, readString, Struct, writeMemory } from "./memory.ts";
import type { ProgramLoadOptions } from "./program_types.ts";

/** `enum bpf_cmd`. */
const BpfCmd = { PROG_LOAD: 5, BTF_LOAD: 18 } as const;

/** Offsets of union bpf_attr for BPF_PROG_LOAD as of Linux 5.4: newer kernels take less. */
const LOAD = {
  size: 112,
  insns: 8,
  license: 16,
  log_level: 24,
  log_buf: 32,
  prog_flags: 44,
  prog_name: 48,
  expected_attach_type: 68,
  prog_btf_fd: 72,
  func_info: 80,
} as const;

const NAME_ROOM = 15;
const INSTRUCTION_SIZE = 8;
/** struct bpf_func_info: instruction, type. */
const FUNCTION_INFO_SIZE = 8;
const LOG_SIZE = 4 * 1024 * 1024;

function attributes(options: ProgramLoadOptions, memory: NativeMemory): Struct {
  const { instructions, functions } = options;
  const places = Uint32Array.from(functions.flatMap(({ at, typeId }) => [at, typeId]));
  return new Struct(LOAD.size)
    .u32(0, options.type)
    .u32(4, instructions.length / INSTRUCTION_SIZE)
    .u64(LOAD.insns, memory.bytes(instructions))
    .u64(LOAD.license, memory.string(options.license))
    .u32(LOAD.prog_flags, options.flags ?? 0)
    .text(LOAD.prog_name, options.name, NAME_ROOM)
    .u32(LOAD.expected_attach_type, options.expectedAttachType)
    .u32(LOAD.prog_btf_fd, options.btfFd)
    .u32(LOAD.func_info - 4, FUNCTION_INFO_SIZE)
    .u64(LOAD.func_info, memory.bytes(new Uint8Array(places.buffer)))
    .u32(LOAD.func_info + 8, functions.length);
}

function load(attr: Struct, memory: NativeMemory): number {
  return syscall("bpf", BigInt(BpfCmd.PROG_LOAD), attr.in(memory), BigInt(attr.size));
}

/** Loads a program (BPF_PROG_LOAD); throws VerifierError with the log when it is refused. */
export function loadProgram(options: ProgramLoadOptions): OwnedFd {
  using memory = new NativeMemory();
  const attr = attributes(options, memory);
  const result = load(attr, memory);
  if (result >= 0) return new Fd("bpf(BPF_PROG_LOAD)", result, options.name);
  // the log costs time, so it is asked for only when there is something to explain
  const log = memory.reserve(LOG_SIZE);
  writeMemory(log, new Uint8Array(1));
  attr.u32(LOAD.log_level, 1).u32(LOAD.log_level + 4, LOG_SIZE).u64(LOAD.log_buf, log);
  const again = load(attr, memory);
  if (again >= 0) return new Fd("bpf(BPF_PROG_LOAD)", again, options.name);
  const text = readString(log, LOG_SIZE).trim();
  if (text !== "") throw new VerifierError(options.name, -result, text);
  throw new SyscallError("bpf(BPF_PROG_LOAD)", -result, options.name);
}

/** Loads types (BPF_BTF_LOAD). */
export function loadBtf(bytes: Uint8Array): OwnedFd {
  using memory = new NativeMemory();
  const attr = new Struct(28).u64(0, memory.bytes(bytes)).u32(16, bytes.length);
  const result = syscall("bpf", BigInt(BpfCmd.BTF_LOAD), attr.in(memory), BigInt(attr.size));
  return new Fd("bpf(BPF_BTF_LOAD)", result);
}
