/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of an instance, in place of the C library's allocator. That one is a single function
 * so large that engines spend more time on optimizing it than this module on a whole kernel. An
 * instance lives for a few calls, so little is needed: blocks of few sizes, a list of unused ones
 * for each size, and a last block that can grow and shrink.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WASM_PAGE 65536
/* More than an instance can have (MAX_MEMORY in exports.ts). */
#define TOO_MUCH (1u << 30)
#define SIZES 108

/* What stands before the bytes that are handed out; its size keeps them aligned for every type. */
struct block {
	size_t size; /* with this head */
	struct block *next;
} __attribute__((aligned(16)));

extern char __heap_base;

static struct block *unused[SIZES];
static char *end;

/* Four sizes between one power of two and the next: at most a fifth of a block is lost. */
static int step_shift(size_t size)
{
	int log = 31 - __builtin_clz(size);

	return log < 6 ? 4 : log - 2;
}

static size_t block_size(size_t wanted)
{
	size_t size = wanted + sizeof(struct block);
	size_t step = (size_t)1 << step_shift(size);

	return (size + step - 1) & -step;
}

static struct block **unused_of(size_t size)
{
	int shift = step_shift(size);

	return &unused[(shift - 4) * 4 + (size >> shift)];
}

/* Moves the end of the used memory; false when there is no more. */
static int move_end(char *to)
{
	size_t have = __builtin_wasm_memory_size(0) * WASM_PAGE;

	if ((size_t)to > have) {
		size_t pages = ((size_t)to - have + WASM_PAGE - 1) / WASM_PAGE;

		if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
			errno = ENOMEM;
			return 0;
		}
	}
	end = to;
	return 1;
}

static int is_last(const struct block *block)
{
	return (const char *)block + block->size == end;
}

__attribute__((noinline)) void *malloc(size_t wanted)
{
	struct block **list, *block;
	size_t size;

	if (wanted >= TOO_MUCH) {
		errno = ENOMEM;
		return NULL;
	}
	size = block_size(wanted);
	list = unused_of(size);
	block = *list;
	if (block) {
		*list = block->next;
		return block + 1;
	}
	if (!end)
		end = (char *)(((size_t)&__heap_base + 15) & -(size_t)16);
	block = (struct block *)end;
	if (!move_end(end + size))
		return NULL;
	block->size = size;
	return block + 1;
}

__attribute__((noinline)) void free(void *memory)
{
	struct block *block = (struct block *)memory - 1, **list;

	if (!memory)
		return;
	if (is_last(block)) {
		end = (char *)block;
		return;
	}
	list = unused_of(block->size);
	block->next = *list;
	*list = block;
}

__attribute__((noinline)) void *calloc(size_t count, size_t size)
{
	void *memory;

	if (size && count > TOO_MUCH / size) {
		errno = ENOMEM;
		return NULL;
	}
	memory = malloc(count * size);
	return memory ? memset(memory, 0, count * size) : NULL;
}

__attribute__((noinline)) void *realloc(void *memory, size_t wanted)
{
	struct block *block = (struct block *)memory - 1;
	void *larger;

	if (!memory)
		return malloc(wanted);
	if (wanted <= block->size - sizeof(*block))
		return memory;
	if (wanted < TOO_MUCH && is_last(block)) {
		size_t size = block_size(wanted);

		if (!move_end((char *)block + size))
			return NULL;
		block->size = size;
		return memory;
	}
	larger = malloc(wanted);
	if (!larger)
		return NULL;
	memcpy(larger, memory, block->size - sizeof(*block));
	free(memory);
	return larger;
}
