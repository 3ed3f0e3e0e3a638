/**
 * Maps made and read with bpf(2).
 *
 * @module
 */
import { bpfCommands, openId } from "./bpf.ts";
import { Fd } from "./fd.ts";
import { readText } from "./kernel_files.ts";
import type { OwnedFd } from "./kernel.ts";
import { check, syscall } from "./libc.ts";
import { BpfMapType, type MapCommands, type MapCreateOptions } from "./map_types.ts";
import { NativeMemory, readMemory, Struct } from "./memory.ts";

/** `enum bpf_cmd`. */
const BpfCmd = { MAP_CREATE: 0, MAP_LOOKUP_ELEM: 1, MAP_UPDATE_ELEM: 2 } as const;

/** Offsets of union bpf_attr for BPF_MAP_CREATE, and its room for a name. */
const CREATE = { size: 48, name: 28, nameRoom: 15 } as const;

function bpf(command: keyof typeof BpfCmd, attr: bigint, size: number): number {
  return syscall("bpf", BigInt(BpfCmd[command]), attr, BigInt(size));
}

function create(options: MapCreateOptions): OwnedFd {
  using memory = new NativeMemory();
  const attr = new Struct(CREATE.size)
    .u32(0, options.type).u32(4, options.keySize).u32(8, options.valueSize)
    .u32(12, options.maxEntries).u32(20, options.innerMapFd ?? 0).text(
      CREATE.name,
      options.name,
      CREATE.nameRoom,
    );
  return new Fd("bpf(BPF_MAP_CREATE)", bpf("MAP_CREATE", attr.in(memory), attr.size), options.name);
}

/** How many CPUs this machine may ever have: per-CPU maps hold a value for each. */
function possibleCpus(): number {
  const ranges = readText("/sys/devices/system/cpu/possible").trim().split(",");
  const last = ranges.at(-1)?.split("-").at(-1) ?? "0";
  return Number(last) + 1;
}

function sizeOfValue(fd: number): number {
  const { type, valueSize } = bpfCommands.mapInfoByFd(fd);
  return type === BpfMapType.PERCPU_ARRAY ? ((valueSize + 7) & ~7) * possibleCpus() : valueSize;
}

function element(memory: NativeMemory, fd: number, key: number, value: bigint): [bigint, number] {
  const keyAt = memory.bytes(new Uint8Array(Uint32Array.of(key).buffer));
  const attr = new Struct(32).u32(0, fd).u64(8, keyAt).u64(16, value);
  return [attr.in(memory), attr.size];
}

function read(fd: number, key: number): Uint8Array {
  using memory = new NativeMemory();
  const size = sizeOfValue(fd);
  const value = memory.allocate(size);
  const result = bpf("MAP_LOOKUP_ELEM", ...element(memory, fd, key, value));
  check("bpf(BPF_MAP_LOOKUP_ELEM)", result, String(key));
  return readMemory(value, size);
}

function write(fd: number, key: number, value: Uint8Array): void {
  const size = sizeOfValue(fd);
  if (value.length !== size) {
    throw new RangeError(`Cannot write a value of ${value.length} bytes: the map wants ${size}`);
  }
  using memory = new NativeMemory();
  const result = bpf("MAP_UPDATE_ELEM", ...element(memory, fd, key, memory.bytes(value)));
  check("bpf(BPF_MAP_UPDATE_ELEM)", result, String(key));
}

/**
 * A change of a map of maps returns only when no running program can still have the old entry
 * (kernel commit 1ae80cf31938, Linux 4.20). No other call of bpf(2) waits for programs.
 */
function waitForPrograms(): void {
  const shape = { keySize: 4, valueSize: 4, maxEntries: 1 };
  using inner = create({ name: "bpfman_wait", type: BpfMapType.ARRAY, ...shape });
  const outside = { type: BpfMapType.ARRAY_OF_MAPS, innerMapFd: inner.raw };
  using outer = create({ name: "bpfman_wait", ...outside, ...shape });
  write(outer.raw, 0, new Uint8Array(Uint32Array.of(inner.raw).buffer));
}

/** The commands as the seam wants them. */
export const mapCommands: MapCommands = {
  create,
  open: (id) => openId("map", id),
  read,
  write,
  waitForPrograms,
};
