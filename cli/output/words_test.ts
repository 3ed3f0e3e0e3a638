import { equal } from "node:assert/strict";
import { BpfProgType } from "../../ffi/kernel.ts";
import { linkTypeWord, mapTypeWord, programTypeWord } from "./words.ts";

Deno.test("programTypeWord() agrees with the numbers that we load with", () => {
  equal(programTypeWord(BpfProgType.SOCKET_FILTER), "socketfilter");
  equal(programTypeWord(BpfProgType.KPROBE), "kprobe");
  equal(programTypeWord(BpfProgType.SCHED_CLS), "schedcls");
  equal(programTypeWord(BpfProgType.TRACEPOINT), "tracepoint");
  equal(programTypeWord(BpfProgType.XDP), "xdp");
  equal(programTypeWord(BpfProgType.TRACING), "tracing");
  equal(programTypeWord(BpfProgType.EXT), "extension");
  equal(programTypeWord(BpfProgType.LSM), "lsm");
  equal(programTypeWord(99), "unknown(99)");
});

Deno.test("mapTypeWord() and linkTypeWord() know the numbers of uapi/linux/bpf.h", () => {
  equal(mapTypeWord(1), "hash");
  equal(mapTypeWord(6), "percpuarray");
  equal(mapTypeWord(14), "devmap");
  equal(mapTypeWord(27), "ringbuf");
  equal(mapTypeWord(33), "arena");
  equal(linkTypeWord(6), "xdp");
  equal(linkTypeWord(7), "perfevent");
  equal(linkTypeWord(11), "tcx");
  equal(linkTypeWord(13), "netkit");
});
