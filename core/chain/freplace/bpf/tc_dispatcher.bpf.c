// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The main program of a TC chain: as xdp_dispatcher.bpf.c, with the actions of TC.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include "dispatcher.h"

/* What a slot says that nobody took. */
#define TC_EMPTY 30

struct tc_dispatcher_config {
	__u8 num_progs_enabled;
	__u8 unused[3];
	__u32 chain_call_actions[SLOTS];
	__u32 run_prios[SLOTS];
};

/* Written before the load; frozen then, so that the verifier sees constants. */
const volatile struct tc_dispatcher_config CONFIG = {};

#define SLOT(n) \
	__attribute__((noinline)) int prog##n(struct __sk_buff *skb) \
	{ \
		volatile int ret = TC_EMPTY; \
		MAY_CHANGE_PACKET(ret != TC_EMPTY, bpf_skb_pull_data(skb, 0)); \
		return ret; \
	}

SLOT(0)
SLOT(1)
SLOT(2)
SLOT(3)
SLOT(4)
SLOT(5)
SLOT(6)
SLOT(7)
SLOT(8)
SLOT(9)

/* Bit 0 is TC_ACT_UNSPEC, which is -1. */
#define RUN(n) \
	if (CONFIG.num_progs_enabled <= n) \
		return TC_ACT_OK; \
	ret = prog##n(skb); \
	if (!goes_on(ret + 1, CONFIG.chain_call_actions[n])) \
		return ret;

SEC("tc")
int tc_dispatcher(struct __sk_buff *skb)
{
	int ret;

	RUN(0)
	RUN(1)
	RUN(2)
	RUN(3)
	RUN(4)
	RUN(5)
	RUN(6)
	RUN(7)
	RUN(8)
	RUN(9)
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
