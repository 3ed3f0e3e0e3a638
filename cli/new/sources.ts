/**
 * The eBPF programs of new projects, as templates: `@WORD@` stands for what differs.
 *
 * @module
 */

const LICENCE_LINE = "// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause";

/** A program for packets: a decision, a setting that is made at load time, and counters. */
export const NETWORK_SOURCE = `${LICENCE_LINE}
// Drops UDP datagrams to one port and counts what it decides.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
@HEADERS@#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define IP_FRAGMENT_OFFSET 0x1fff

// Set it when you load: --global blocked_port=53. Port 0 blocks nothing.
const volatile __u16 blocked_port = 9;

enum verdict { PASSED, DROPPED, VERDICTS };

// How many packets passed and were dropped; one value for each processor, the reader adds them up.
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VERDICTS);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

static __always_inline void count(__u32 verdict)
{
	__u64 *packets = bpf_map_lookup_elem(&verdicts, &verdict);

	if (packets)
		(*packets)++;
}

// Every read is preceded by a look at the packet's end: the verifier demands it.
static __always_inline int is_blocked(void *data, void *data_end)
{
	struct ethhdr *ethernet = data;
	struct iphdr *ip = (void *)(ethernet + 1);

	if ((void *)(ip + 1) > data_end || ethernet->h_proto != bpf_htons(ETH_P_IP))
		return 0;
	if (ip->protocol != IPPROTO_UDP || ip->ihl < 5)
		return 0;
	// only the first fragment has the ports
	if (ip->frag_off & bpf_htons(IP_FRAGMENT_OFFSET))
		return 0;

	struct udphdr *udp = (void *)ip + ip->ihl * 4;

	if ((void *)(udp + 1) > data_end)
		return 0;
	return blocked_port != 0 && udp->dest == bpf_htons(blocked_port);
}

SEC("@SECTION@")
int @FUNCTION@(@CONTEXT@ *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	if (is_blocked(data, data_end)) {
		count(DROPPED);
		return @DROP@;
	}
	count(PASSED);
	return @PASS@;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
`;

/** A program for what the kernel does: it counts by process. */
export const PROBE_SOURCE = `${LICENCE_LINE}
// Counts the @WHAT@, by process.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

// Set it when you load, to count one process alone: --global only_process=1234.
const volatile __u32 only_process = 0;

// Calls by process id. The oldest entries make room for new ones.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

SEC("@SECTION@")
int @FUNCTION@(void *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 first = 1;
	__u64 *seen;

	if (only_process != 0 && only_process != process)
		return 0;
	seen = bpf_map_lookup_elem(&calls, &process);
	if (seen)
		__sync_fetch_and_add(seen, 1);
	else
		bpf_map_update_elem(&calls, &process, &first, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
`;
