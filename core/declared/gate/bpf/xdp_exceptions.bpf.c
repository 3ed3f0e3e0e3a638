// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Counts packets that XDP programs aborted, by the program that the interface runs: for a chain
 * that is its main program. The kernel calls this tracepoint for every such packet, whichever
 * driver it came by; a result that is no action of XDP is an abort, too.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* As in events/xdp/xdp_exception/format of tracefs. */
struct xdp_exception {
	__u64 common;
	__s32 prog_id;
	__u32 act;
	__s32 ifindex;
};

/* By kernel id; whoever watches a program puts its key here first. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} aborted SEC(".maps");

SEC("tracepoint/xdp/xdp_exception")
int xdp_exceptions(struct xdp_exception *event)
{
	__u32 key = event->prog_id;
	__u64 *count;

	/* packets that could not be sent on (TX, REDIRECT) are no verdict of the program */
	if (event->act != XDP_ABORTED && event->act <= XDP_REDIRECT)
		return 0;
	count = bpf_map_lookup_elem(&aborted, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
