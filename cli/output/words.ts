/**
 * Words for the kernel's numbers, in the spelling that bpfman's users know.
 *
 * @module
 */

/** `enum bpf_prog_type` of uapi/linux/bpf.h, in order. */
const PROGRAM_TYPES = [
  "unspecified",
  "socketfilter",
  "kprobe",
  "schedcls",
  "schedact",
  "tracepoint",
  "xdp",
  "perfevent",
  "cgroupskb",
  "cgroupsock",
  "lwtin",
  "lwtout",
  "lwtxmit",
  "sockops",
  "skskb",
  "cgroupdevice",
  "skmsg",
  "rawtracepoint",
  "cgroupsockaddr",
  "lwtseg6local",
  "lircmode2",
  "skreuseport",
  "flowdissector",
  "cgroupsysctl",
  "rawtracepointwritable",
  "cgroupsockopt",
  "tracing",
  "structops",
  "extension",
  "lsm",
  "sklookup",
  "syscall",
  "netfilter",
] as const;

/** `enum bpf_map_type` of uapi/linux/bpf.h, in order. */
const MAP_TYPES = [
  "unspecified",
  "hash",
  "array",
  "programarray",
  "perfeventarray",
  "percpuhash",
  "percpuarray",
  "stacktrace",
  "cgrouparray",
  "lruhash",
  "lrucpuhash",
  "lpmtrie",
  "arrayofmaps",
  "hashofmaps",
  "devmap",
  "sockmap",
  "cpumap",
  "xskmap",
  "sockhash",
  "cgroupstorage",
  "reuseportsockarray",
  "percpucgroupstorage",
  "queue",
  "stack",
  "skstorage",
  "devmaphash",
  "structopsmap",
  "ringbuf",
  "inodestorage",
  "taskstorage",
  "bloomfilter",
  "userringbuf",
  "cgroupstoragelocal",
  "arena",
] as const;

/** `enum bpf_link_type` of uapi/linux/bpf.h, in order. */
const LINK_TYPES = [
  "unspecified",
  "rawtracepoint",
  "tracing",
  "cgroup",
  "iter",
  "netns",
  "xdp",
  "perfevent",
  "kprobemulti",
  "structops",
  "netfilter",
  "tcx",
  "uprobemulti",
  "netkit",
  "sockmap",
] as const;

function wordOf(words: readonly string[], value: number): string {
  return words[value] ?? `unknown(${value})`;
}

/** Word for a program type. */
export function programTypeWord(value: number): string {
  return wordOf(PROGRAM_TYPES, value);
}

/** Word for a map type. */
export function mapTypeWord(value: number): string {
  return wordOf(MAP_TYPES, value);
}

/** Word for a link type. */
export function linkTypeWord(value: number): string {
  return wordOf(LINK_TYPES, value);
}
