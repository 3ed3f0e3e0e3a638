/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's error numbers. The C library's own header has WASI's: with both, one number would mean
 * two errors, and an answer would depend on which file made it.
 */
#pragma once

#include <__errno.h>
#include <asm/errno.h>

#ifndef ENOTSUP
#define ENOTSUP EOPNOTSUPP
#endif
