/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* libbpf reads /proc/config.gz with zlib; there are no files here. */
#pragma once

#include <stddef.h>

typedef void *gzFile;

static inline gzFile gzopen(const char *path, const char *mode)
{
	return NULL;
}

static inline char *gzgets(gzFile file, char *line, int size)
{
	return NULL;
}

static inline int gzclose(gzFile file)
{
	return 0;
}
