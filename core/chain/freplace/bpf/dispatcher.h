/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the dispatchers for XDP and TC share. */
#pragma once

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define SLOTS 10

/*
 * Since Linux 6.13 (and in stable kernels since) an extension may change the packet only where the
 * function that it replaces could. The call is never made, but the verifier counts it: every slot
 * takes such programs. The call also uses the context, which the compiler would else not hand over.
 */
#define MAY_CHANGE_PACKET(never, call) \
	do { \
		if (never) \
			call; \
	} while (0)

/* Highest bit of a mask. */
#define LAST_BIT 31

/*
 * True when the chain goes on after a return code. The bit above all codes never decides, but keeps
 * the verifier from knowing that a mask of zero ends the chain: since Linux 6.8 it removes functions
 * that cannot be reached, and nothing could be attached to them.
 */
static __always_inline int goes_on(__u32 code, __u32 mask)
{
	__u64 bit = 1ULL << (code & LAST_BIT);

	if (code > LAST_BIT)
		return 0;
	barrier_var(bit);
	return (bit & (mask | 1ULL << (LAST_BIT + 1))) != 0;
}
