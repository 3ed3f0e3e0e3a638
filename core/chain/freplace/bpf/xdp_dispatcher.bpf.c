// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The main program of an XDP chain: calls up to ten slots in order. Each slot is a function of its
 * own that an extension program (freplace) takes the place of.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "dispatcher.h"

/* What a slot says that nobody took. */
#define XDP_EMPTY 31

struct xdp_dispatcher_conf {
	__u8 magic;
	__u8 dispatcher_version;
	__u8 num_progs_enabled;
	__u8 is_xdp_frags;
	__u32 chain_call_actions[SLOTS];
	__u32 run_prios[SLOTS];
	__u32 program_flags[SLOTS];
};

/* Written before the load; frozen then, so that the verifier sees constants. */
const volatile struct xdp_dispatcher_conf conf = {};

#define SLOT(n) \
	__attribute__((noinline)) int prog##n(struct xdp_md *ctx) \
	{ \
		volatile int ret = XDP_EMPTY; \
		MAY_CHANGE_PACKET(ret != XDP_EMPTY, bpf_xdp_adjust_head(ctx, 0)); \
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

#define RUN(n) \
	if (conf.num_progs_enabled <= n) \
		return XDP_PASS; \
	ret = prog##n(ctx); \
	if (!goes_on(ret, conf.chain_call_actions[n])) \
		return ret;

SEC("xdp")
int xdp_dispatcher(struct xdp_md *ctx)
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
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
