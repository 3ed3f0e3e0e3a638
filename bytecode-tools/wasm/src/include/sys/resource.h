/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The C library's own header refuses to be included; platform.h has what libbpf needs of it. */
#pragma once
