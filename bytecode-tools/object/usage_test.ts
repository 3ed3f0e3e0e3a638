import { deepEqual, equal, ok } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { corpusObjects, fixture } from "../../tests/support/corpus.ts";
import { reportObject } from "../inspector/core.ts";
import { gateObject } from "./gate.ts";
import { helperName, isGplOnlyHelper, LAST_HELPER } from "../insn/helpers.ts";
import { mapLabelName, mapTypeName } from "./map_types.ts";
import { readMaps } from "./maps.ts";
import { programUsage } from "./usage.ts";

const SOURCE = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern int bpf_kernel_function(int) __attribute__((section(".ksyms")));
static __attribute__((noinline)) int deep(int x) { return bpf_get_smp_processor_id() + x; }
static __attribute__((noinline)) int middle(int x) { return deep(x) + bpf_ktime_get_ns(); }
__attribute__((noinline)) int shared(int x) { return bpf_kernel_function(x); }
static int back(unsigned i, void *c) { return bpf_get_current_uid_gid() & 1; }
SEC("xdp") int one(void *c) { return middle(1); }
SEC("?kprobe.multi/a*") int two(void *c) { return shared(2); }
SEC("tc") int three(void *c) { bpf_trace_printk("a", 2); return bpf_loop(3, back, 0, 0); }
char LICENSE[] SEC("license") = "GPL";
`;

Deno.test("programUsage() follows calls, callbacks and kernel functions", () => {
  const usage = programUsage(gateObject(compile(SOURCE)));
  const by = new Map(usage.map((entry) => [entry.name, entry]));
  deepEqual([...by.keys()].toSorted(), ["one", "three", "two"]);
  deepEqual(by.get("one")?.helperNames, ["bpf_ktime_get_ns", "bpf_get_smp_processor_id"]);
  deepEqual(by.get("one")?.subprograms, ["deep", "middle"]);
  deepEqual(by.get("two")?.kfuncs, ["bpf_kernel_function"]);
  deepEqual(by.get("two")?.subprograms, ["shared"]);
  equal(by.get("two")?.meaning?.isAutoloaded, false);
  equal(by.get("two")?.meaning?.target, "a*");
  deepEqual(by.get("three")?.gplOnly, ["bpf_trace_printk"]);
  deepEqual(by.get("three")?.subprograms, ["back"]);
  ok(by.get("three")?.helperNames.includes("bpf_get_current_uid_gid"));
});

Deno.test("programUsage() counts the instructions that llvm-objdump counts", () => {
  const [usage] = programUsage(gateObject(fixture("xdp_counter")));
  equal(usage?.instructions, 88);
});

Deno.test("helperName() names what the kernel's own list names", () => {
  const header = Deno.readTextFileSync("/usr/include/linux/bpf.h");
  const list = header.slice(header.indexOf("define __BPF_FUNC_MAPPER"));
  const numbered = [...list.matchAll(/\bFN\((\w+), (\d+), ##ctx\)/g)];
  // older headers give the names in order without numbers
  const names = numbered.length > 0
    ? numbered.map(([, name, id]) => [Number(id), name] as const)
    : [...list.matchAll(/\bFN\((\w+)\),/g)].map(([, name], id) => [id, name] as const);
  ok(names.length > 200);
  for (const [id, name] of names) {
    if (id > 0) equal(helperName(id), `bpf_${name}`, `number ${id}`);
  }
  equal(helperName(0), undefined);
  equal(helperName(LAST_HELPER + 1), undefined);
  deepEqual([1, 5, 6, 113].map(isGplOnlyHelper), [false, false, true, true]);
});

Deno.test("mapTypeName() names what the kernel's own list names", () => {
  const header = Deno.readTextFileSync("/usr/include/linux/bpf.h");
  const body = /enum bpf_map_type \{([^]*?)\};/.exec(header)?.[1]?.replace(/\/\*[^]*?\*\//g, "") ??
    "";
  const names = [...body.matchAll(/BPF_MAP_TYPE_(\w+)(?: = (\w+))?,/g)]
    .filter(([, , value]) => value === undefined)
    .map(([, name = ""]) => name.toLowerCase().replace(/_deprecated$/, ""));
  ok(names.length > 30);
  names.forEach((name, id) => equal(mapTypeName(id), name));
  equal(mapLabelName(10), "lru_per_cpu_hash");
});

Deno.test("readMaps() reads definitions as libbpf does", () => {
  const source = `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct pair { int a; long b; } whole;
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3); __type(key, int);
  __type(value, struct pair); };
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, int);
  __array(values, struct inner); } outer SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 9); __uint(key_size, 6);
  __uint(value_size, 10); __uint(map_flags, BPF_F_NO_PREALLOC); __uint(pinning, 1);
  __uint(numa_node, 1); __uint(map_extra, 7); } plain SEC(".maps");`;
  const [outer, plain] = readMaps(gateObject(compile(source)));
  deepEqual([outer?.typeName, outer?.keySize, outer?.valueSize, outer?.maxEntries], [
    "array_of_maps",
    4,
    4,
    2,
  ]);
  deepEqual([outer?.inner?.typeName, outer?.inner?.valueSize, outer?.inner?.maxEntries], [
    "array",
    16,
    3,
  ]);
  deepEqual([plain?.keySize, plain?.valueSize, plain?.flags, plain?.pinning, plain?.numaNode], [
    6,
    10,
    1,
    1,
    1,
  ]);
  equal(plain?.mapExtra, 7n);
});

Deno.test("readMaps() and sectionMeaning() say what libbpf says, for every object of the corpus", () => {
  for (const { name, bytes } of corpusObjects()) {
    const object = gateObject(bytes);
    const { facts } = reportObject(bytes);
    const theirs = facts.maps.filter(({ section }) => section === undefined).map((map) => [
      map.name,
      map.typeId,
      map.keySize,
      map.valueSize,
      map.maxEntries,
      map.flags,
      map.keyTypeId,
      map.valueTypeId,
    ]);
    const ours = readMaps(object).map((map) => [
      map.name,
      map.type,
      map.keySize,
      map.valueSize,
      map.maxEntries,
      map.flags,
      map.keyType,
      map.valueType,
    ]);
    const byName = (a: unknown[], b: unknown[]) => String(a[0]) < String(b[0]) ? -1 : 1;
    deepEqual(ours.toSorted(byName), theirs.toSorted(byName), name);
    for (const program of facts.programs.filter(({ isSubprogram }) => !isSubprogram)) {
      const usage = programUsage(object).find((entry) => entry.name === program.name);
      deepEqual(
        [usage?.meaning?.type, usage?.meaning?.target, usage?.meaning?.isSleepable ?? false],
        [program.type, usage?.meaning?.target && program.attachTarget, program.isSleepable],
        `${name}: ${program.name}`,
      );
    }
  }
});
