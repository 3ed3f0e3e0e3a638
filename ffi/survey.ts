/**
 * Questions to the kernel that change nothing, for the doctor. Their errors are their answers.
 *
 * @module
 */
import { Fd } from "./fd.ts";
import { namesOf } from "./jail/capabilities.ts";
import { parseStatus } from "./jail/confinement.ts";
import { landlockAbi } from "./jail/landlock.ts";
import { readText } from "./kernel_files.ts";
import { syscall } from "./libc.ts";
import { NativeMemory, readMemory, Struct } from "./memory.ts";
import { libraryFacts } from "./survey_libraries.ts";
import type { FileSystemFacts, Survey, ThreadRights } from "./survey_types.ts";

/** `enum bpf_cmd`. */
const BpfCmd = { PROG_LOAD: 5, PROG_QUERY: 16 } as const;
/** Offsets of union bpf_attr for BPF_PROG_LOAD; 72 bytes are known since Linux 4.17. */
const LOAD = { size: 72, insns: 8, license: 16, expected_attach_type: 68 } as const;
const QUERY_SIZE = 64;

/** `r0 = 0; exit` */
const TWO_INSTRUCTIONS = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
const INSTRUCTION_COUNT = 2;

/** Offsets of struct statfs, equal on the architectures that we know. */
const STATFS = { size: 120, bsize: 8, bavail: 32, flags: 80 } as const;
const ST_RDONLY = 1n;

function loadErrno(type: number, attachType: number): number {
  using memory = new NativeMemory();
  const attr = new Struct(LOAD.size)
    .u32(0, type)
    .u32(4, INSTRUCTION_COUNT)
    .u64(LOAD.insns, memory.bytes(TWO_INSTRUCTIONS))
    .u64(LOAD.license, memory.string("GPL"))
    .u32(LOAD.expected_attach_type, attachType);
  const result = syscall("bpf", BigInt(BpfCmd.PROG_LOAD), attr.in(memory), BigInt(attr.size));
  if (result < 0) return -result;
  using _program = new Fd("bpf(BPF_PROG_LOAD)", result);
  return 0;
}

function queryErrno(ifindex: number, attachType: number): number {
  using memory = new NativeMemory();
  const attr = new Struct(QUERY_SIZE).u32(0, ifindex).u32(4, attachType);
  const result = syscall("bpf", BigInt(BpfCmd.PROG_QUERY), attr.in(memory), BigInt(attr.size));
  return result < 0 ? -result : 0;
}

function rights(): ThreadRights {
  const status = parseStatus(readText("/proc/thread-self/status"));
  return {
    effective: namesOf(status.effective),
    permitted: namesOf(status.permitted),
    bounding: namesOf(status.bounding),
    ambient: namesOf(status.ambient),
    noNewPrivs: status.noNewPrivs,
    seccompFilters: status.seccompFilters,
  };
}

function fileSystem(path: string): FileSystemFacts | null {
  using memory = new NativeMemory();
  const statfs = memory.allocate(STATFS.size);
  if (syscall("statfs", memory.string(path), statfs) < 0) return null;
  const view = new DataView(readMemory(statfs, STATFS.size).buffer);
  const freeBlocks = view.getBigUint64(STATFS.bavail, true);
  return {
    isReadOnly: (view.getBigUint64(STATFS.flags, true) & ST_RDONLY) !== 0n,
    freeBytes: Number(freeBlocks * view.getBigUint64(STATFS.bsize, true)),
  };
}

/** The questions on this machine. */
export function openSurvey(): Survey {
  return { loadErrno, queryErrno, landlockAbi, rights, fileSystem, library: libraryFacts };
}
