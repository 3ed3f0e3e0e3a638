/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls that libbpf names; x86-64's header gives x32 numbers to a 32-bit target. */
#pragma once

#define __NR_getpid 39
#define __NR_gettid 186
#define __NR_dup3 292
#define __NR_perf_event_open 298
#define __NR_memfd_create 319
#define __NR_bpf 321
