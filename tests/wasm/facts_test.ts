/**
 * The module's facts against our own readers, which share no code with it.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { reportObject } from "../../bytecode-tools/inspector/core.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { readMaps } from "../../bytecode-tools/object/maps.ts";
import { readObject } from "../../bytecode-tools/object/object.ts";
import type { MapFacts } from "../../bytecode-tools/inspector/object_facts.ts";
import { type OracleObject, oracleObjects } from "./oracle_corpus.ts";

const RINGBUF = 27;
const PAGE = 4096;

/** libbpf raises the size of a ring buffer to a power of two of pages. */
function ringSize(entries: number): number {
  return entries === 0 ? 0 : PAGE * 2 ** Math.ceil(Math.log2(entries / PAGE));
}

function sizesOf(map: MapFacts): unknown {
  const { name, typeId, keySize, valueSize, maxEntries, flags, numaNode, extra } = map;
  const inner = map.inner === undefined
    ? undefined
    : [map.inner.typeId, map.inner.keySize, map.inner.valueSize, map.inner.maxEntries];
  return [name, typeId, keySize, valueSize, maxEntries, flags, numaNode, extra, inner];
}

function checkMaps({ name, bytes }: OracleObject, maps: readonly MapFacts[]): void {
  const read = readMaps(gateObject(bytes)).map((map) => [
    ...[map.name, map.type, map.keySize, map.valueSize],
    ...[map.type === RINGBUF ? ringSize(map.maxEntries) : map.maxEntries],
    ...[map.flags, map.numaNode, map.mapExtra],
    map.inner && [map.inner.type, map.inner.keySize, map.inner.valueSize, map.inner.maxEntries],
  ]);
  const declared = maps.filter(({ content, structOpsTypeId }) =>
    content === undefined && structOpsTypeId === 0
  );
  const byName = (a: unknown, b: unknown): number => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, item) => typeof item === "bigint" ? `${item}` : item));
  deepEqual(
    (plain(declared.map(sizesOf)) as unknown[]).sort(byName),
    (plain(read) as unknown[]).sort(byName),
    name,
  );
}

Deno.test("the module and our readers agree on programs, licence, byte order, maps, relocations", async () => {
  const objects = (await oracleObjects()).filter(({ name }) => name !== "not an object");
  ok(objects.length > 40);
  for (const object of objects) {
    const { facts, relocations } = reportObject(object.bytes);
    const read = readObject(object.bytes);
    const programs = facts.programs.filter(({ isSubprogram }) => !isSubprogram);
    deepEqual(
      programs.map(({ name, section }) => `${section} ${name}`).sort(),
      read.programs.map(({ name, section }) => `${section.replace(/^\?/, "")} ${name}`).sort(),
      object.name,
    );
    equal(facts.license, read.license, object.name);
    equal(facts.byteOrder, read.endianness, object.name);
    checkMaps(object, facts.maps);
    const records = gateObject(object.bytes).ext?.core.flatMap(({ records }) => records) ?? [];
    equal(relocations.length, records.length, object.name);
  }
});

Deno.test("the module tells the type of a program in every section that libbpf knows", async () => {
  const object = (await oracleObjects()).find(({ name }) => name === "sections");
  ok(object !== undefined);
  const { programs } = reportObject(object.bytes).facts;
  const typeOf = (section: string): unknown[] =>
    programs.filter((one) => one.section === section).map(({ type, attachType, attachTarget }) => [
      ...[type, attachType, attachTarget],
    ])[0] ?? [];
  deepEqual(typeOf("tc/ingress"), ["sched_cls", "tcx_ingress", undefined]);
  deepEqual(typeOf("kprobe/some_target"), ["kprobe", undefined, "some_target"]);
  deepEqual(typeOf("freplace/some_target"), ["ext", undefined, "some_target"]);
  deepEqual(typeOf("lsm/some_target"), ["lsm", "lsm_mac", "some_target"]);
  deepEqual(typeOf("cgroup_skb/ingress"), ["cgroup_skb", "cgroup_inet_ingress", undefined]);
  deepEqual(typeOf("cgroup/skb"), ["cgroup_skb", undefined, undefined]);
  deepEqual(typeOf("xdp/other"), [undefined, undefined, undefined]);
  deepEqual(typeOf("socket1"), [undefined, undefined, undefined]);
  const sleepable = programs.filter(({ isSleepable }) => isSleepable).map(({ section }) => section);
  ok(sleepable.includes("lsm.s/some_target") && sleepable.includes("syscall"));
  ok(!sleepable.includes("lsm/some_target"));
});
