/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The answer of a call: one growing buffer, with a writer for JSON. */
#pragma once

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT_FIRST_SIZE (64 << 10)
#define OUT_MOST (64 << 20)

static struct {
	char *bytes;
	size_t size, room;
} out;

/* Without memory for an answer there is none: the caller drops the instance after a trap. */
static void put(const char *bytes, size_t size)
{
	if (size > OUT_MOST - out.size)
		__builtin_trap();
	if (out.size + size > out.room) {
		for (out.room = out.room ?: OUT_FIRST_SIZE; out.room < out.size + size;)
			out.room *= 2;
		out.bytes = realloc(out.bytes, out.room);
		if (!out.bytes)
			__builtin_trap();
	}
	memcpy(out.bytes + out.size, bytes, size);
	out.size += size;
}

static void put_text(const char *text)
{
	put(text, strlen(text));
}

static void put_number(unsigned long long number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = '0' + number % 10;
		number /= 10;
	} while (number);
	put(digits + at, sizeof(digits) - at);
}

/* A JSON string; bytes beyond ASCII stand as the code points of the same number. */
static void put_string(const char *text)
{
	static const char hex[] = "0123456789abcdef";

	put("\"", 1);
	for (; *text; text++) {
		unsigned char byte = *text;
		char escape[] = { '\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15] };
		int is_plain = byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';

		put(is_plain ? text : escape, is_plain ? 1 : sizeof(escape));
	}
	put("\"", 1);
}

/* A comma, unless a list or an object has just begun. */
static void put_separator(void)
{
	char last = out.size ? out.bytes[out.size - 1] : '[';

	if (last != '[' && last != '{')
		put(",", 1);
}

static void put_value(char form, va_list *arguments)
{
	const char *text;
	int number;

	switch (form) {
	case 's':
		text = va_arg(*arguments, const char *);
		return text ? put_string(text) : put_text("null");
	case 'b':
		return put_text(va_arg(*arguments, int) ? "true" : "false");
	case 'i':
		number = va_arg(*arguments, int);
		if (number < 0)
			put("-", 1);
		return put_number(number < 0 ? -(long long)number : number);
	case 'u':
		return put_number(va_arg(*arguments, unsigned int));
	case 'w': /* as a string, since JSON readers keep only 53 bits of a number */
		put("\"", 1);
		put_number(va_arg(*arguments, unsigned long long));
		return put("\"", 1);
	}
}

/*
 * Fields of a JSON object. Each word of `form` is a letter and a name: s text (or NULL), b bool,
 * i int, u 32 bits unsigned, w 64 bits unsigned.
 */
static void put_fields(const char *form, ...)
{
	va_list arguments;

	va_start(arguments, form);
	while (*form) {
		size_t size = strcspn(form, " ");

		put_separator();
		put("\"", 1);
		put(form + 1, size - 1);
		put_text("\":");
		put_value(*form, &arguments);
		form += size + (form[size] == ' ');
	}
	va_end(arguments);
}

static void begin_item(void)
{
	put_separator();
	put("{", 1);
}
