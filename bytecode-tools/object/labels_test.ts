import { deepEqual, throws } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { fixture } from "../../tests/support/corpus.ts";
import { gateObject } from "./gate.ts";
import { endianWord, imageLabels, labelTexts } from "./labels.ts";
import { labelTypeOf, sectionMeaning } from "../elf/sections.ts";

Deno.test("imageLabels() names programs and maps as bpfman's images do", () => {
  const labels = imageLabels(gateObject(fixture("xdp_counter")));
  deepEqual(labels, {
    programs: { xdp_count: "xdp" },
    maps: { xdp_globals: "array", xdp_stats: "per_cpu_array" },
  });
  deepEqual(labelTexts(labels), {
    "io.ebpf.programs": '{"xdp_count":"xdp"}',
    "io.ebpf.maps": '{"xdp_globals":"array","xdp_stats":"per_cpu_array"}',
  });
});

Deno.test("imageLabels() sorts names, so that equal objects have equal labels", () => {
  const { programs } = imageLabels(gateObject(fixture("many")));
  deepEqual(Object.keys(programs), Object.keys(programs).toSorted());
  deepEqual(programs.many_uretprobe, "uretprobe");
});

Deno.test("imageLabels() refuses an object without a program that images have", () => {
  const source = `__attribute__((section("sk_msg"), used)) int f(void *c) { return 1; }`;
  throws(() => imageLabels(gateObject(compile(source))), { code: "unsupported" });
});

Deno.test("endianWord() tells the byte order", () => {
  deepEqual(endianWord(gateObject(fixture("tc_ok"))), "bpfel");
  const source = `__attribute__((section("xdp"), used)) int f(void *c) { return 1; }`;
  deepEqual(endianWord(gateObject(compile(source, { target: "bpfeb" }))), "bpfeb");
});

Deno.test("sectionMeaning() knows libbpf's names", () => {
  const cases: readonly (readonly [string, string | undefined, string | undefined, string?])[] = [
    ["xdp", "xdp", "xdp"],
    ["xdp.frags", "xdp", "xdp"],
    ["xdp/anything", undefined, undefined],
    ["tcx/ingress", "sched_cls", "tcx_ingress"],
    ["tc", "sched_cls", undefined],
    ["classifier/x", undefined, undefined],
    ["kprobe/do_unlinkat", "kprobe", undefined, "do_unlinkat"],
    ["kprobe", "kprobe", undefined],
    ["?fentry.s/vfs_read", "tracing", "trace_fentry", "vfs_read"],
    ["tracepoint/syscalls/sys_enter_openat", "tracepoint", undefined, "syscalls/sys_enter_openat"],
    ["lsm/file_open", "lsm", "lsm_mac", "file_open"],
    ["socket1", undefined, undefined],
  ];
  for (const [section, type, attachType, target] of cases) {
    const meaning = sectionMeaning(section);
    deepEqual([meaning?.type, meaning?.attachType, meaning?.target], [type, attachType, target]);
  }
  deepEqual(sectionMeaning("?fentry.s/vfs_read")?.isSleepable, true);
  deepEqual(sectionMeaning("?fentry.s/vfs_read")?.isAutoloaded, false);
  deepEqual(sectionMeaning("xdp.frags")?.takesFragments, true);
});

Deno.test("labelTypeOf() has a word for every type that can be loaded", () => {
  const words: Readonly<Record<string, string | undefined>> = {
    "raw_tp/sys_enter": "raw_tracepoint",
    "raw_tracepoint/sys_enter": "raw_tracepoint",
    "tp/sched/sched_switch": "tracepoint",
    "netkit/peer": "netkit",
    "cgroup_skb/ingress": "cgroup_skb",
    "cgroup/connect4": "cgroup_sock_addr",
    "perf_event": "perf_event",
    "tp_btf/task_newtask": undefined,
    "cgroup/sock_create": undefined,
  };
  const found = Object.keys(words).map((section) => [section, labelTypeOf(section)] as const);
  deepEqual(Object.fromEntries(found), words);
});

Deno.test("labelTypeOf() follows the longer word first", () => {
  deepEqual(
    ["kretprobe/x", "uretprobe", "tcx/egress", "tc", "classifier", "sk_skb"].map(labelTypeOf),
    [
      "kretprobe",
      "uretprobe",
      "tcx",
      "tc",
      "tc",
      undefined,
    ],
  );
});
