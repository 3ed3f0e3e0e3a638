/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Included before every source file: what a Linux C library declares and WASI's does not. */
#pragma once

#define _GNU_SOURCE 1
#include <stddef.h>
#include <stdint.h>

#define F_DUPFD_CLOEXEC 1030
#define MFD_CLOEXEC 1
#define RLIMIT_MEMLOCK 8
#define RLIM_INFINITY (~0ULL)

typedef unsigned long long rlim_t;

struct rlimit {
	rlim_t rlim_cur, rlim_max;
};

char *realpath(const char *path, char *out);
int geteuid(void);
int getpagesize(void);
int getpid(void);
int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
long syscall(long number, ...);
