/**
 * `struct bpf_prog_info`, `bpf_map_info` and `bpf_link_info` as data. Offsets are those of
 * uapi/linux/bpf.h and are held against the running kernel's own BTF by a test; a kernel that
 * knows fewer fields leaves the rest zero.
 *
 * @module
 */
import type { LinkInfo, MapInfo, ProgramInfo } from "./kernel.ts";
import { textOf } from "./memory.ts";

/** Field offsets in bytes; `size` is the newest size that we ask for. */
export const PROG_INFO = {
  size: 232,
  type: 0,
  id: 4,
  tag: 8,
  jited_prog_len: 16,
  xlated_prog_len: 20,
  load_time: 40,
  created_by_uid: 48,
  nr_map_ids: 52,
  map_ids: 56,
  name: 64,
  gpl_compatible: 84,
  btf_id: 128,
  run_time_ns: 192,
  run_cnt: 200,
  recursion_misses: 208,
  verified_insns: 216,
  attach_btf_obj_id: 220,
  attach_btf_id: 224,
} as const;

/** Field offsets in bytes. */
export const MAP_INFO = {
  size: 88,
  type: 0,
  id: 4,
  key_size: 8,
  value_size: 12,
  max_entries: 16,
  map_flags: 20,
  name: 24,
  btf_id: 64,
  btf_key_type_id: 68,
  btf_value_type_id: 72,
  map_extra: 80,
} as const;

/** Field offsets in bytes; from `by_type` on the meaning depends on the link's type. */
export const LINK_INFO = { size: 64, type: 0, id: 4, prog_id: 8, by_type: 16 } as const;

/** Numbers of `enum bpf_link_type` whose tail we read. */
export const BpfLinkType = {
  TRACING: 2,
  CGROUP: 3,
  XDP: 6,
  PERF_EVENT: 7,
  TCX: 11,
  NETKIT: 13,
} as const;

const NAME_SIZE = 16;

/** Facts that come from fdinfo rather than from the info struct. */
export interface FdFacts {
  readonly memlock: number | null;
  readonly isFrozen: boolean;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function name(bytes: Uint8Array, offset: number): string {
  return textOf(bytes.subarray(offset, offset + NAME_SIZE));
}

/** Number of map ids that the kernel would write. */
export function mapCount(bytes: Uint8Array): number {
  return view(bytes).getUint32(PROG_INFO.nr_map_ids, true);
}

/** Reads a program's info struct. */
export function decodeProgramInfo(
  bytes: Uint8Array,
  mapIds: readonly number[],
  facts: FdFacts,
): ProgramInfo {
  const v = view(bytes);
  const xlatedSize = v.getUint32(PROG_INFO.xlated_prog_len, true);
  return {
    id: v.getUint32(PROG_INFO.id, true),
    type: v.getUint32(PROG_INFO.type, true),
    name: name(bytes, PROG_INFO.name),
    tag: bytes.subarray(PROG_INFO.tag, PROG_INFO.tag + 8).toHex(),
    jitedSize: v.getUint32(PROG_INFO.jited_prog_len, true),
    xlatedSize,
    isRestricted: xlatedSize === 0,
    loadTime: v.getBigUint64(PROG_INFO.load_time, true),
    uid: v.getUint32(PROG_INFO.created_by_uid, true),
    mapIds,
    gplCompatible: (v.getUint32(PROG_INFO.gpl_compatible, true) & 1) === 1,
    btfId: v.getUint32(PROG_INFO.btf_id, true),
    runTimeNs: v.getBigUint64(PROG_INFO.run_time_ns, true),
    runCount: v.getBigUint64(PROG_INFO.run_cnt, true),
    recursionMisses: v.getBigUint64(PROG_INFO.recursion_misses, true),
    verifiedInsns: v.getUint32(PROG_INFO.verified_insns, true),
    attachBtfObjId: v.getUint32(PROG_INFO.attach_btf_obj_id, true),
    attachBtfId: v.getUint32(PROG_INFO.attach_btf_id, true),
    memlock: facts.memlock,
  };
}

/** Reads a map's info struct. */
export function decodeMapInfo(bytes: Uint8Array, facts: FdFacts): MapInfo {
  const v = view(bytes);
  return {
    id: v.getUint32(MAP_INFO.id, true),
    type: v.getUint32(MAP_INFO.type, true),
    name: name(bytes, MAP_INFO.name),
    keySize: v.getUint32(MAP_INFO.key_size, true),
    valueSize: v.getUint32(MAP_INFO.value_size, true),
    maxEntries: v.getUint32(MAP_INFO.max_entries, true),
    flags: v.getUint32(MAP_INFO.map_flags, true),
    btfId: v.getUint32(MAP_INFO.btf_id, true),
    btfKeyTypeId: v.getUint32(MAP_INFO.btf_key_type_id, true),
    btfValueTypeId: v.getUint32(MAP_INFO.btf_value_type_id, true),
    mapExtra: v.getBigUint64(MAP_INFO.map_extra, true),
    memlock: facts.memlock,
    isFrozen: facts.isFrozen,
  };
}

/** Reads a link's info struct. */
export function decodeLinkInfo(bytes: Uint8Array): LinkInfo {
  const v = view(bytes);
  const type = v.getUint32(LINK_INFO.type, true);
  const first = v.getUint32(LINK_INFO.by_type, true);
  const second = v.getUint32(LINK_INFO.by_type + 4, true);
  const third = v.getUint32(LINK_INFO.by_type + 8, true);
  const onInterface = type === BpfLinkType.XDP || type === BpfLinkType.TCX ||
    type === BpfLinkType.NETKIT;
  const isTracing = type === BpfLinkType.TRACING;
  const isCgroup = type === BpfLinkType.CGROUP;
  const hasSecondAttachType = type === BpfLinkType.TCX || type === BpfLinkType.NETKIT;
  return {
    id: v.getUint32(LINK_INFO.id, true),
    type,
    programId: v.getUint32(LINK_INFO.prog_id, true),
    ifindex: onInterface ? first : 0,
    attachType: isTracing ? first : isCgroup ? third : hasSecondAttachType ? second : 0,
    targetObjId: isTracing ? second : 0,
    targetBtfId: isTracing ? third : 0,
    cgroupId: isCgroup ? Number(v.getBigUint64(LINK_INFO.by_type, true)) : 0,
  };
}

/** Reads `memlock` and `frozen` of /proc/self/fdinfo/N. */
export function parseFdFacts(text: string): FdFacts {
  const memlock = /^memlock:\s*(\d+)/m.exec(text)?.[1];
  return {
    memlock: memlock === undefined ? null : Number(memlock),
    isFrozen: /^frozen:\s*1/m.test(text),
  };
}
