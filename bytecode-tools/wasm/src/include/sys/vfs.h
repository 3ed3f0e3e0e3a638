/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once

struct statfs {
	long f_type;
};

int statfs(const char *path, struct statfs *out);
