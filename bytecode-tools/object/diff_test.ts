import { deepEqual, equal, match } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { corpusObjects } from "../../tests/support/corpus.ts";
import { diffObjects, diffText, isSameObject } from "./diff.ts";
import { gateObject } from "./gate.ts";
import { stripObject } from "../elf/strip.ts";

const HEAD = `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
`;
const BEFORE = `${HEAD}
struct value { int a; long b; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, int);
  __type(value, struct value); } table SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int);
  __type(value, int); } gone SEC(".maps");
volatile int level = 1;
SEC("xdp") int same(void *c) { return XDP_PASS; }
SEC("xdp") int work(void *c) { int k = level; bpf_map_lookup_elem(&table, &k);
  bpf_map_lookup_elem(&gone, &k); return XDP_PASS; }
SEC("xdp") int old(void *c) { return XDP_DROP; }
char LICENSE[] SEC("license") = "GPL";
`;
const AFTER = BEFORE.replace("int a; long b;", "int a; int added; long b;")
  .replace("max_entries, 8", "max_entries, 16")
  .replace("level = 1", "level = 2")
  .replace("bpf_map_lookup_elem(&gone, &k);", "bpf_ktime_get_ns();")
  .replace(/struct \{ __uint\(type, BPF_MAP_TYPE_ARRAY\)[^]*?gone SEC\("\.maps"\);/, "")
  .replace('SEC("xdp") int old', 'SEC("tc") int fresh')
  .replace('"GPL"', '"Dual BSD/GPL"');

Deno.test("diffObjects() finds what was added, removed and changed", () => {
  const diff = diffObjects(gateObject(compile(BEFORE)), gateObject(compile(AFTER)));
  deepEqual(diff.object, [{ property: "licence", before: "GPL", after: "Dual BSD/GPL" }]);
  deepEqual([diff.programs.added, diff.programs.removed], [["fresh"], ["old"]]);
  deepEqual(diff.programs.changed.map(({ name }) => name), ["work"]);
  const helpers = diff.programs.changed[0]?.changes.find(({ property }) => property === "helpers");
  deepEqual(helpers?.after, "bpf_map_lookup_elem, bpf_ktime_get_ns");
  deepEqual([diff.maps.added, diff.maps.removed], [[], ["gone"]]);
  deepEqual(
    diff.maps.changed.map(({ name, changes }) => [name, changes.map(({ property }) => property)]),
    [["table", ["value", "entries"]]],
  );
  deepEqual(diff.globals.changed.map(({ name }) => name), ["level"]);
  deepEqual(diff.types.changed.map(({ name }) => name), ["struct value"]);
  const text = diffText(diff);
  match(text, /^licence: GPL -> Dual BSD\/GPL$/m);
  match(text, /^ {2}- old\n {2}\+ fresh\n {2}~ work$/m);
  match(text, /0: int a; 4: int added; 8: long b/);
});

Deno.test("diffObjects() tells kernels gained and lost", () => {
  const object = gateObject(compile(BEFORE));
  const verdict = (answer: "loads" | "rejected") => [{
    kernel: "6.1",
    programs: [{
      program: "work",
      section: "xdp",
      answer,
      reasons: [],
      remarks: [],
      absentOptional: 0,
    }],
  }];
  const diff = diffObjects(object, object, {
    before: verdict("rejected"),
    after: verdict("loads"),
  });
  deepEqual(diff.verdicts.changed, [{
    name: "work on 6.1",
    changes: [{ property: "answer", before: "rejected", after: "loads" }],
  }]);
});

Deno.test("diffObjects() finds no difference between an object and itself, stripped or not", () => {
  for (const { name, bytes } of corpusObjects()) {
    const diff = diffObjects(gateObject(bytes), gateObject(stripObject(bytes)));
    equal(isSameObject(diff), true, name);
    equal(diffText(diff), "The objects do not differ.\n");
  }
});
