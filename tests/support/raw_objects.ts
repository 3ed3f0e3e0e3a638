/**
 * Programs and maps by their kernel ids, with bpf(2) alone: what a map holds, and what a program
 * says of a packet (BPF_PROG_TEST_RUN).
 *
 * @module
 */
import { Fd } from "../../ffi/fd.ts";
import { check, syscall } from "../../ffi/libc.ts";
import { NativeMemory, readMemory, Struct } from "../../ffi/memory.ts";

/** `enum bpf_cmd`. */
const BpfCmd = {
  LOOKUP: 1,
  UPDATE: 2,
  TEST_RUN: 10,
  PROGRAM_BY_ID: 13,
  MAP_BY_ID: 14,
  INFO: 15,
} as const;
/** struct bpf_prog_info: its size here, and where the tags of functions are. */
const INFO = { size: 192, count: 180, tags: 184 } as const;
const TAG_SIZE = 8;
const MOST_FUNCTIONS = 256;
/** Room that a packet may grow by in a test run. */
const HEADROOM = 256;

function bpf(command: keyof typeof BpfCmd, attr: bigint, size: number): number {
  return syscall("bpf", BigInt(BpfCmd[command]), attr, BigInt(size));
}

function openById(command: "PROGRAM_BY_ID" | "MAP_BY_ID", id: number): Fd {
  using memory = new NativeMemory();
  const attr = new Struct(12).u32(0, id);
  return new Fd(command, bpf(command, attr.in(memory), attr.size), String(id));
}

/** Opens a program (needs CAP_SYS_ADMIN). */
export function openProgram(id: number): Fd {
  return openById("PROGRAM_BY_ID", id);
}

/** Opens a map (needs CAP_SYS_ADMIN). */
export function openMap(id: number): Fd {
  return openById("MAP_BY_ID", id);
}

/** union bpf_attr of the element commands: map_fd, key, value. */
function element(memory: NativeMemory, fd: Fd, key: number, value: bigint): [bigint, number] {
  const keyAt = memory.bytes(new Uint8Array(Uint32Array.of(key).buffer));
  const attr = new Struct(32).u32(0, fd.raw).u64(8, keyAt).u64(16, value);
  return [attr.in(memory), attr.size];
}

/** Reads the value of a 32-bit key. */
export function readElement(fd: Fd, key: number, size: number): Uint8Array<ArrayBuffer> {
  using memory = new NativeMemory();
  const value = memory.allocate(size);
  check("bpf(BPF_MAP_LOOKUP_ELEM)", bpf("LOOKUP", ...element(memory, fd, key, value)));
  return readMemory(value, size);
}

/** Writes the value of a 32-bit key. */
export function writeElement(fd: Fd, key: number, value: Uint8Array): void {
  using memory = new NativeMemory();
  const address = memory.bytes(value);
  check("bpf(BPF_MAP_UPDATE_ELEM)", bpf("UPDATE", ...element(memory, fd, key, address)));
}

/** What a program made of a packet. */
export interface TestRun {
  /** Its return code, signed. */
  readonly verdict: number;
  /** The packet afterwards. */
  readonly packet: Uint8Array;
  /** Nanoseconds of one run, on average. */
  readonly nanoseconds: number;
}

/** Runs a program on a packet, without an interface. */
export function testRun(
  program: { readonly raw: number },
  packet: Uint8Array,
  repeat = 1,
): TestRun {
  using memory = new NativeMemory();
  const room = packet.length + HEADROOM;
  const out = memory.allocate(room);
  // union bpf_attr: prog_fd, retval, data_size_in, data_size_out, data_in, data_out, repeat, duration
  const attr = new Struct(80).u32(0, program.raw).u32(8, packet.length).u32(12, room)
    .u64(16, memory.bytes(packet)).u64(24, out).u32(32, repeat);
  const address = attr.in(memory);
  check("bpf(BPF_PROG_TEST_RUN)", bpf("TEST_RUN", address, attr.size));
  const after = new DataView(readMemory(address, attr.size).buffer);
  return {
    verdict: after.getInt32(4, true),
    packet: readMemory(out, after.getUint32(12, true)),
    nanoseconds: after.getUint32(36, true),
  };
}

/** Digest of each function of a program, in hex, the main one first; empty when it has but one. */
export function functionTags(program: Fd): string[] {
  using memory = new NativeMemory();
  const tags = memory.allocate(MOST_FUNCTIONS * TAG_SIZE);
  const info = new Struct(INFO.size).u32(INFO.count, MOST_FUNCTIONS).u64(INFO.tags, tags).in(
    memory,
  );
  const attr = new Struct(16).u32(0, program.raw).u32(4, INFO.size).u64(8, info);
  check("bpf(BPF_OBJ_GET_INFO_BY_FD)", bpf("INFO", attr.in(memory), attr.size));
  const count = new DataView(readMemory(info, INFO.size).buffer).getUint32(INFO.count, true);
  return Array.from(
    { length: count },
    (_, at) => readMemory(tags + BigInt(at * TAG_SIZE), TAG_SIZE).toHex(),
  );
}
