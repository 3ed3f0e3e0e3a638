import { strictEqual } from "node:assert/strict";
import { programSpec } from "./specs.ts";

for (
  const [section, wanted] of [
    ["xdp", "xdp:f"],
    ["xdp.frags", "xdp:f"],
    ["tc", "tc:f"],
    ["classifier/ingress", "tc:f"],
    ["tcx/ingress", "tcx:f"],
    ["netkit/peer", "netkit:f"],
    ["tracepoint/syscalls/sys_enter_openat", "tracepoint:f"],
    ["kretprobe/vfs_unlink", "kretprobe:f"],
    ["uprobe.s", "uprobe:f"],
    ["fentry/vfs_unlink", "fentry:f:vfs_unlink"],
    ["fexit", "fexit:f:FUNCTION"],
    ["lsm.s/file_open", "lsm:f:file_open"],
    ["raw_tp/sched_switch", "raw_tracepoint:f"],
    ["cgroup_skb/egress", "cgroup_skb:f"],
    ["cgroup/connect4", "cgroup_sock_addr:f"],
    ["sk_msg", "TYPE:f"],
    ["own_section", "TYPE:f"],
  ] as const
) {
  Deno.test(`programSpec() writes a program in "${section}" as ${wanted}`, () => {
    strictEqual(programSpec({ name: "f", section }), wanted);
  });
}
