import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  BpfLinkType,
  decodeLinkInfo,
  decodeMapInfo,
  decodeProgramInfo,
  LINK_INFO,
  MAP_INFO,
  mapCount,
  parseFdFacts,
  PROG_INFO,
} from "./info.ts";

const FACTS = { memlock: 4096, isFrozen: false };

/** Bytes with 32-bit words at given offsets. */
function bytesWith(size: number, words: Readonly<Record<number, number>>): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of Object.entries(words)) view.setUint32(Number(at), value, true);
  return bytes;
}

Deno.test("decodeProgramInfo() reads every field from its place", () => {
  const bytes = bytesWith(PROG_INFO.size, {
    [PROG_INFO.type]: 6,
    [PROG_INFO.id]: 0xfffffffe,
    [PROG_INFO.jited_prog_len]: 11,
    [PROG_INFO.xlated_prog_len]: 12,
    [PROG_INFO.load_time]: 5,
    [PROG_INFO.load_time + 4]: 1,
    [PROG_INFO.created_by_uid]: 13,
    [PROG_INFO.nr_map_ids]: 2,
    [PROG_INFO.gpl_compatible]: 0xffffffff,
    [PROG_INFO.btf_id]: 14,
    [PROG_INFO.run_time_ns]: 15,
    [PROG_INFO.run_cnt]: 16,
    [PROG_INFO.recursion_misses]: 17,
    [PROG_INFO.verified_insns]: 18,
    [PROG_INFO.attach_btf_obj_id]: 19,
    [PROG_INFO.attach_btf_id]: 20,
  });
  bytes.set([0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 0x0f], PROG_INFO.tag);
  bytes.set(new TextEncoder().encode("name_of_16_bytes"), PROG_INFO.name);
  strictEqual(mapCount(bytes), 2);
  deepStrictEqual(decodeProgramInfo(bytes, [7, 9], FACTS), {
    id: 0xfffffffe,
    type: 6,
    name: "name_of_16_bytes",
    tag: "deadbeef0001020f",
    jitedSize: 11,
    xlatedSize: 12,
    isRestricted: false,
    loadTime: 0x1_0000_0005n,
    uid: 13,
    mapIds: [7, 9],
    gplCompatible: true,
    btfId: 14,
    runTimeNs: 15n,
    runCount: 16n,
    recursionMisses: 17n,
    verifiedInsns: 18,
    attachBtfObjId: 19,
    attachBtfId: 20,
    memlock: 4096,
  });
});

Deno.test("decodeProgramInfo() takes hidden instructions and another licence", () => {
  const info = decodeProgramInfo(
    bytesWith(PROG_INFO.size, { [PROG_INFO.gpl_compatible]: 0xfffffffe }),
    [],
    FACTS,
  );
  deepStrictEqual([info.isRestricted, info.gplCompatible, info.name], [true, false, ""]);
});

Deno.test("decodeMapInfo() reads every field from its place", () => {
  const bytes = bytesWith(MAP_INFO.size, {
    [MAP_INFO.type]: 2,
    [MAP_INFO.id]: 21,
    [MAP_INFO.key_size]: 4,
    [MAP_INFO.value_size]: 8,
    [MAP_INFO.max_entries]: 16,
    [MAP_INFO.map_flags]: 1024,
    [MAP_INFO.btf_id]: 22,
    [MAP_INFO.btf_key_type_id]: 24,
    [MAP_INFO.btf_value_type_id]: 25,
    [MAP_INFO.map_extra]: 23,
  });
  bytes.set(new TextEncoder().encode("short"), MAP_INFO.name);
  deepStrictEqual(decodeMapInfo(bytes, { memlock: null, isFrozen: true }), {
    id: 21,
    type: 2,
    name: "short",
    keySize: 4,
    valueSize: 8,
    maxEntries: 16,
    flags: 1024,
    btfId: 22,
    btfKeyTypeId: 24,
    btfValueTypeId: 25,
    mapExtra: 23n,
    memlock: null,
    isFrozen: true,
  });
});

/** What the tail of a link's info means, by type. */
const TAILS: readonly [keyof typeof BpfLinkType, Partial<ReturnType<typeof decodeLinkInfo>>][] = [
  ["XDP", { ifindex: 31 }],
  ["TCX", { ifindex: 31, attachType: 32 }],
  ["NETKIT", { ifindex: 31, attachType: 32 }],
  ["TRACING", { attachType: 31, targetObjId: 32, targetBtfId: 33 }],
  ["PERF_EVENT", {}],
  ["CGROUP", { cgroupId: 31 + 32 * 2 ** 32, attachType: 33 }],
];

for (const [name, tail] of TAILS) {
  Deno.test(`decodeLinkInfo() reads the tail of a link of type ${name}`, () => {
    const type = BpfLinkType[name];
    const bytes = bytesWith(LINK_INFO.size, {
      [LINK_INFO.type]: type,
      [LINK_INFO.id]: 41,
      [LINK_INFO.prog_id]: 42,
      [LINK_INFO.by_type]: 31,
      [LINK_INFO.by_type + 4]: 32,
      [LINK_INFO.by_type + 8]: 33,
    });
    deepStrictEqual(decodeLinkInfo(bytes), {
      id: 41,
      type,
      programId: 42,
      ifindex: 0,
      attachType: 0,
      targetObjId: 0,
      targetBtfId: 0,
      cgroupId: 0,
      ...tail,
    });
  });
}

Deno.test("parseFdFacts() reads fdinfo of programs and maps", () => {
  const text = "pos:\t0\nflags:\t02000002\nmap_type:\t2\nmemlock:\t8192\nmap_id:\t5\nfrozen:\t1\n";
  deepStrictEqual(parseFdFacts(text), { memlock: 8192, isFrozen: true });
  deepStrictEqual(parseFdFacts("pos:\t0\nfrozen:\t0\n"), { memlock: null, isFrozen: false });
});
