/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of an instance, in place of the C library's allocator, which is made for programs that
 * run for long: an instance lives for a few calls. Unused blocks are kept in lists by size, a larger
 * one is cut when there is none, and the last block can grow and shrink. Blocks are not joined.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WASM_PAGE 65536
/* Growing costs the engine more than a page is worth. */
#define PAGES_AT_ONCE 16
/* More than an instance can have (MAX_MEMORY in exports.ts). */
#define TOO_MUCH (1u << 30)
/* What is left of a block that is cut is kept when it has so many bytes. */
#define LEAST_REST 64
#define LISTS 128

/* What stands before the bytes that are handed out; its size keeps them aligned for every type. */
struct block {
	size_t size; /* with this head; a multiple of 16 */
	struct block *next;
} __attribute__((aligned(16)));

extern char __heap_base;

static struct block *unused[LISTS];
/* A bit for each list that is not empty. */
static uint32_t filled[LISTS / 32];
static char *end;

/* Four lists between one power of two and the next. */
static int step_shift(size_t size)
{
	int log = 31 - __builtin_clz(size);

	return log < 6 ? 4 : log - 2;
}

/* A size such that every block in its list and in those above it is large enough. */
static size_t block_size(size_t wanted)
{
	size_t size = wanted + sizeof(struct block);
	size_t step = (size_t)1 << step_shift(size);

	return (size + step - 1) & -step;
}

static unsigned int list_of(size_t size)
{
	int shift = step_shift(size);

	return (shift - 4) * 4 + (size >> shift);
}

static void keep(struct block *block, size_t size)
{
	unsigned int list = list_of(size);

	block->size = size;
	block->next = unused[list];
	unused[list] = block;
	filled[list / 32] |= 1u << list % 32;
}

/* An unused block, cut to size; NULL when there is none. */
static struct block *take_unused(size_t size)
{
	unsigned int list = list_of(size), word = list / 32;
	uint32_t bits = filled[word] & ~0u << list % 32;
	struct block *block;
	size_t rest;

	while (!bits && ++word < LISTS / 32)
		bits = filled[word];
	if (!bits)
		return NULL;
	list = word * 32 + __builtin_ctz(bits);
	block = unused[list];
	unused[list] = block->next;
	if (!block->next)
		filled[word] &= ~(1u << list % 32);
	rest = block->size - size;
	if (rest >= LEAST_REST) {
		block->size = size;
		keep((struct block *)((char *)block + size), rest);
	}
	return block;
}

/* Moves the end of the used memory; false when there is no more. */
static int move_end(char *to)
{
	size_t have = __builtin_wasm_memory_size(0) * WASM_PAGE;
	size_t pages = ((size_t)to - have + WASM_PAGE - 1) / WASM_PAGE;

	if ((size_t)to > have &&
	    __builtin_wasm_memory_grow(0, pages + PAGES_AT_ONCE) == SIZE_MAX &&
	    __builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
		errno = ENOMEM;
		return 0;
	}
	end = to;
	return 1;
}

static int is_last(const struct block *block)
{
	return (const char *)block + block->size == end;
}

/* Not inlined: engines optimize small functions much sooner than large ones. */
__attribute__((noinline)) void *malloc(size_t wanted)
{
	struct block *block;
	size_t size;

	if (wanted >= TOO_MUCH) {
		errno = ENOMEM;
		return NULL;
	}
	size = block_size(wanted);
	block = take_unused(size);
	if (block)
		return block + 1;
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
	struct block *block = (struct block *)memory - 1;

	if (!memory)
		return;
	if (is_last(block))
		end = (char *)block;
	else
		keep(block, block->size);
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
