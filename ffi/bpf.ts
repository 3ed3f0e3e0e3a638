/**
 * bpf(2), one function per command, through libc's `syscall`: no libbpf is needed to list, to
 * pin, or to attach.
 *
 * @module
 */
import { SyscallError } from "./errno.ts";
import { Fd } from "./fd.ts";
import {
  decodeLinkInfo,
  decodeMapInfo,
  decodeProgramInfo,
  LINK_INFO,
  MAP_INFO,
  mapCount,
  parseFdFacts,
  PROG_INFO,
} from "./info.ts";
import type {
  BpfCommands,
  LinkCreateOptions,
  LinkInfo,
  MapInfo,
  OwnedFd,
  ProgramFacts,
  ProgramInfo,
} from "./kernel.ts";
import { readOnce } from "./kernel_files.ts";
import { check, syscall } from "./libc.ts";
import { NativeMemory, readMemory, Struct, writeMemory } from "./memory.ts";

/** `enum bpf_cmd`. */
const BpfCmd = {
  OBJ_PIN: 6,
  OBJ_GET: 7,
  PROG_GET_NEXT_ID: 11,
  MAP_GET_NEXT_ID: 12,
  PROG_GET_FD_BY_ID: 13,
  MAP_GET_FD_BY_ID: 14,
  OBJ_GET_INFO_BY_FD: 15,
  RAW_TRACEPOINT_OPEN: 17,
  BTF_GET_FD_BY_ID: 19,
  LINK_CREATE: 28,
  LINK_UPDATE: 29,
  LINK_GET_FD_BY_ID: 30,
  LINK_GET_NEXT_ID: 31,
  ENABLE_STATS: 32,
  LINK_DETACH: 34,
} as const;

/** Flags of BPF_LINK_CREATE on hooks with several programs (uapi/linux/bpf.h, Linux 6.6). */
const BpfFlag = { BEFORE: 8, AFTER: 16, ID: 32, LINK: 8192 } as const;

/** Map ids that are asked for at first; a program with more is asked again. */
const MAP_ID_ROOM = 64;

const ENOENT = 2;
const EAGAIN = 11;
const EOPNOTSUPP = 95;

const NEXT_ID = {
  program: BpfCmd.PROG_GET_NEXT_ID,
  map: BpfCmd.MAP_GET_NEXT_ID,
  link: BpfCmd.LINK_GET_NEXT_ID,
} as const;

const FD_BY_ID = {
  program: BpfCmd.PROG_GET_FD_BY_ID,
  map: BpfCmd.MAP_GET_FD_BY_ID,
  link: BpfCmd.LINK_GET_FD_BY_ID,
} as const;

type ObjectKind = keyof typeof NEXT_ID;

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(BpfCmd).map(([name, command]) => [command, `bpf(BPF_${name})`]),
);

function commandName(command: number): string {
  return COMMAND_NAMES.get(command) ?? `bpf(${command})`;
}

function bpf(command: number, attr: bigint, size: number): number {
  return syscall("bpf", BigInt(command), attr, BigInt(size));
}

function run(command: number, attr: Struct): number {
  using memory = new NativeMemory();
  return bpf(command, attr.in(memory), attr.size);
}

function ids(kind: ObjectKind): number[] {
  using memory = new NativeMemory();
  const attr = memory.allocate(16);
  const found: number[] = [];
  for (;;) {
    // start_id is the id after which to look; next_id is written behind it, and read back as start
    const result = bpf(NEXT_ID[kind], attr, 12);
    if (result === -ENOENT) return found;
    check(commandName(NEXT_ID[kind]), result);
    const next = new DataView(readMemory(attr + 4n, 4).buffer).getUint32(0, true);
    found.push(next);
    writeMemory(attr, new Uint8Array(Uint32Array.of(next).buffer));
  }
}

/** struct bpf_btf_info: address and size of the bytes, id, name. */
const BTF_INFO = { size: 32, btf: 0, btf_size: 8 } as const;

function btfBytes(id: number): Uint8Array | null {
  const command = BpfCmd.BTF_GET_FD_BY_ID;
  const result = run(command, new Struct(12).u32(0, id));
  if (result === -ENOENT) return null;
  using fd = new Fd(commandName(command), result, String(id));
  using memory = new NativeMemory();
  const first = infoBytes(fd.raw, new Struct(BTF_INFO.size));
  const size = new DataView(first.buffer).getUint32(BTF_INFO.btf_size, true);
  const address = memory.allocate(size);
  infoBytes(
    fd.raw,
    new Struct(BTF_INFO.size).u64(BTF_INFO.btf, address).u32(BTF_INFO.btf_size, size),
  );
  return readMemory(address, size);
}

/**
 * Opens an object by id (needs CAP_SYS_ADMIN); null when it has gone away in the meantime, and for a
 * link that somebody is about to make: its id is taken, and the kernel gives no descriptor yet.
 */
export function openId(kind: ObjectKind, id: number): Fd | null {
  const result = run(FD_BY_ID[kind], new Struct(12).u32(0, id));
  const isAbsent = result === -ENOENT || (kind === "link" && result === -EAGAIN);
  return isAbsent ? null : new Fd(commandName(FD_BY_ID[kind]), result, String(id));
}

function infoBytes(fd: number, info: Struct): Uint8Array {
  using memory = new NativeMemory();
  const address = info.in(memory);
  const attr = new Struct(16).u32(0, fd).u32(4, info.size).u64(8, address);
  const command = BpfCmd.OBJ_GET_INFO_BY_FD;
  check(commandName(command), bpf(command, attr.in(memory), attr.size));
  return readMemory(address, info.size);
}

function fdFacts(fd: number): ReturnType<typeof parseFdFacts> {
  return parseFdFacts(readOnce(`/proc/thread-self/fdinfo/${fd}`));
}

function programInfoByFd(
  fd: number,
  facts: ProgramFacts = "all",
  room = MAP_ID_ROOM,
): ProgramInfo {
  using memory = new NativeMemory();
  const list = memory.allocate(room * 4);
  const bytes = infoBytes(
    fd,
    new Struct(PROG_INFO.size).u32(PROG_INFO.nr_map_ids, room).u64(PROG_INFO.map_ids, list),
  );
  const count = mapCount(bytes);
  if (count > room) return programInfoByFd(fd, facts, count);
  const mapIds = [...new Uint32Array(readMemory(list, count * 4).buffer)];
  const more = facts === "all" ? fdFacts(fd) : { memlock: null, isFrozen: false };
  return decodeProgramInfo(bytes, mapIds, more);
}

function mapInfoByFd(fd: number): MapInfo {
  return decodeMapInfo(infoBytes(fd, new Struct(MAP_INFO.size)), fdFacts(fd));
}

function linkInfoByFd(fd: number): LinkInfo {
  return decodeLinkInfo(infoBytes(fd, new Struct(LINK_INFO.size)));
}

function infoById<T>(kind: ObjectKind, id: number, read: (fd: number) => T): T | null {
  using fd = openId(kind, id);
  return fd === null ? null : read(fd.raw);
}

function pin(fd: number, path: string): void {
  using memory = new NativeMemory();
  const attr = new Struct(16).u64(0, memory.string(path)).u32(8, fd);
  check("bpf(BPF_OBJ_PIN)", bpf(BpfCmd.OBJ_PIN, attr.in(memory), attr.size), path);
}

function openPin(path: string): OwnedFd {
  using memory = new NativeMemory();
  const attr = new Struct(16).u64(0, memory.string(path));
  return new Fd("bpf(BPF_OBJ_GET)", bpf(BpfCmd.OBJ_GET, attr.in(memory), attr.size), path);
}

function createLink(options: LinkCreateOptions): OwnedFd {
  const { anchor } = options;
  let flags = options.flags ?? 0;
  if (anchor !== undefined) flags |= anchor.place === "before" ? BpfFlag.BEFORE : BpfFlag.AFTER;
  if (anchor?.linkId !== undefined) flags |= BpfFlag.ID | BpfFlag.LINK;
  const attr = new Struct(64)
    .u32(0, options.programFd).u32(4, options.target).u32(8, options.attachType)
    .u32(12, flags).u32(16, anchor?.linkId ?? options.targetBtfId ?? 0);
  return new Fd("bpf(BPF_LINK_CREATE)", run(BpfCmd.LINK_CREATE, attr));
}

function openRawTracepoint(programFd: number, name: string): OwnedFd {
  using memory = new NativeMemory();
  const attr = new Struct(16).u64(0, memory.string(name)).u32(8, programFd);
  const command = BpfCmd.RAW_TRACEPOINT_OPEN;
  return new Fd(commandName(command), bpf(command, attr.in(memory), attr.size), name);
}

function updateLink(fd: number, programFd: number): void {
  const result = run(BpfCmd.LINK_UPDATE, new Struct(16).u32(0, fd).u32(4, programFd));
  check("bpf(BPF_LINK_UPDATE)", result);
}

/** BPF_STATS_RUN_TIME is 0, and so are the bytes of a fresh struct. */
function enableStats(): OwnedFd {
  return new Fd("bpf(BPF_ENABLE_STATS)", run(BpfCmd.ENABLE_STATS, new Struct(4)));
}

function detachLink(fd: number): boolean {
  const result = run(BpfCmd.LINK_DETACH, new Struct(4).u32(0, fd));
  if (result === -EOPNOTSUPP) return false;
  if (result < 0) throw new SyscallError("bpf(BPF_LINK_DETACH)", -result);
  return true;
}

/** The commands as the seam wants them, without those of `program_load.ts`. */
export const bpfCommands: Omit<BpfCommands, "loadProgram" | "loadBtf"> = {
  ids,
  programInfo: (id) => infoById("program", id, (fd) => programInfoByFd(fd)),
  mapInfo: (id) => infoById("map", id, mapInfoByFd),
  linkInfo: (id) => infoById("link", id, linkInfoByFd),
  programInfoByFd: (fd, facts) => programInfoByFd(fd, facts),
  mapInfoByFd,
  linkInfoByFd,
  btfBytes,
  pin,
  openPin,
  openProgram: (id) => openId("program", id),
  createLink,
  openRawTracepoint,
  updateLink,
  enableStats,
  detachLink,
};
