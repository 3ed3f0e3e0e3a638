/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Formatted text, in place of the C library's: libbpf formats and scans a text for each relocation,
 * and the C library's one function for every format is so large that engines take longer to
 * optimize it than the module takes for a kernel. Formats that libbpf does not use on our paths
 * (such as those of floating point) end in a trap.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Where text goes; what does not fit is counted, not written. */
struct sink {
	char *bytes;
	size_t room, size;
};

/* One conversion of a format. */
struct form {
	bool is_left, is_zero_padded, has_prefix;
	char sign; /* of numbers that are not negative, or 0 */
	int width, precision; /* a precision of -1: none given */
	int longs; /* 2: long long */
};

static void add(struct sink *sink, const char *bytes, size_t size)
{
	if (sink->size < sink->room) {
		size_t room = sink->room - sink->size;

		memcpy(sink->bytes + sink->size, bytes, size < room ? size : room);
	}
	sink->size += size;
}

static void pad(struct sink *sink, char with, int count)
{
	while (count-- > 0)
		add(sink, &with, 1);
}

/* A field: what stands before the padding of zeros, the zeros, and the rest. */
static void add_field(struct sink *sink, const struct form *form, const char *head, int zeros,
		      const char *body, size_t size)
{
	int gap = form->width - (int)strlen(head) - zeros - (int)size;

	if (!form->is_left)
		pad(sink, ' ', gap);
	add(sink, head, strlen(head));
	pad(sink, '0', zeros);
	add(sink, body, size);
	if (form->is_left)
		pad(sink, ' ', gap);
}

static void add_number(struct sink *sink, const struct form *form, unsigned long long number,
		       const char *head, int base, const char *digits)
{
	char text[24];
	int at = sizeof(text), size, zeros;

	/* the usual numbers fit 32 bits, which are divided faster */
	for (; number > UINT32_MAX; number /= base)
		text[--at] = digits[number % base];
	for (uint32_t rest = number; rest; rest /= base)
		text[--at] = digits[rest % base];
	size = sizeof(text) - at;
	zeros = (form->precision < 0 ? 1 : form->precision) - size;
	if (form->precision < 0 && form->is_zero_padded && !form->is_left)
		zeros = form->width - (int)strlen(head) - size > zeros ?
				form->width - (int)strlen(head) - size : zeros;
	add_field(sink, form, head, zeros > 0 ? zeros : 0, text + at, size);
}

static void add_signed(struct sink *sink, const struct form *form, long long number)
{
	char head[2] = { number < 0 ? '-' : form->sign, 0 };

	add_number(sink, form, number < 0 ? -(unsigned long long)number : number, head, 10,
		   "0123456789");
}

static void add_text(struct sink *sink, const struct form *form, const char *text)
{
	const char *shown = text ? text : "(null)";
	size_t most = form->precision < 0 ? INT_MAX : form->precision;

	add_field(sink, form, "", 0, shown, strnlen(shown, most));
}

/* Reads the part of a conversion that is before its letter. */
static const char *read_form(const char *at, struct form *form, va_list *arguments)
{
	for (;; at++) {
		if (*at == '-')
			form->is_left = true;
		else if (*at == '0')
			form->is_zero_padded = true;
		else if (*at == '#')
			form->has_prefix = true;
		else if (*at == '+' || (*at == ' ' && !form->sign))
			form->sign = *at;
		else if (*at != ' ')
			break;
	}
	if (*at == '*') {
		form->width = va_arg(*arguments, int);
		at++;
	} else {
		for (; *at >= '0' && *at <= '9'; at++)
			form->width = form->width * 10 + *at - '0';
	}
	if (form->width < 0) {
		form->is_left = true;
		form->width = -form->width;
	}
	if (*at == '.' && *++at == '*') {
		form->precision = va_arg(*arguments, int);
		at++;
	} else if (at[-1] == '.') {
		for (form->precision = 0; *at >= '0' && *at <= '9'; at++)
			form->precision = form->precision * 10 + *at - '0';
	}
	/* int, long, size_t and pointers all have 32 bits here */
	for (; *at == 'l' || *at == 'z' || *at == 't'; at++)
		form->longs += *at == 'l';
	return at;
}

static unsigned long long unsigned_argument(const struct form *form, va_list *arguments)
{
	return form->longs < 2 ? va_arg(*arguments, unsigned int) :
				 va_arg(*arguments, unsigned long long);
}

static void add_conversion(struct sink *sink, char letter, const struct form *form,
			   va_list *arguments)
{
	unsigned long long number;
	char byte;

	switch (letter) {
	case 'd':
	case 'i':
		return add_signed(sink, form, form->longs < 2 ? va_arg(*arguments, int) :
								va_arg(*arguments, long long));
	case 'u':
		number = unsigned_argument(form, arguments);
		return add_number(sink, form, number, "", 10, "0123456789");
	case 'x':
		number = unsigned_argument(form, arguments);
		return add_number(sink, form, number, form->has_prefix && number ? "0x" : "", 16,
				  "0123456789abcdef");
	case 'p':
		return add_number(sink, form, va_arg(*arguments, size_t), "0x", 16,
				  "0123456789abcdef");
	case 'c':
		byte = va_arg(*arguments, int);
		return add_field(sink, form, "", 0, &byte, 1);
	case 's':
		return add_text(sink, form, va_arg(*arguments, const char *));
	case '%':
		return add(sink, "%", 1);
	default:
		__builtin_trap();
	}
}

int vsnprintf(char *bytes, size_t room, const char *format, va_list given)
{
	struct sink sink = { bytes, room, 0 };
	va_list arguments;

	va_copy(arguments, given);
	while (*format) {
		struct form form = { .precision = -1 };
		size_t plain = strcspn(format, "%");

		add(&sink, format, plain);
		format += plain;
		if (!*format)
			break;
		format = read_form(format + 1, &form, &arguments);
		add_conversion(&sink, *format++, &form, &arguments);
	}
	va_end(arguments);
	if (room)
		bytes[sink.size < room ? sink.size : room - 1] = 0;
	return sink.size;
}

int snprintf(char *bytes, size_t room, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(bytes, room, format, arguments);
	va_end(arguments);
	return size;
}

int sprintf(char *bytes, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(bytes, INT_MAX, format, arguments);
	va_end(arguments);
	return size;
}

/* Reads a decimal number; NULL when there is none. Too large ones keep their low bits. */
static const char *scan_number(const char *text, int *number)
{
	unsigned int value = 0;
	bool is_negative;

	text += strspn(text, " \t\n\v\f\r");
	is_negative = *text == '-';
	text += *text == '-' || *text == '+';
	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + *text - '0';
	*number = is_negative ? -value : value;
	return text;
}

/* Scans "%d", "%u" and "%n" between plain bytes: access paths of relocations, kernel releases. */
int sscanf(const char *text, const char *format, ...)
{
	const char *start = text;
	va_list arguments;
	int count = 0;

	va_start(arguments, format);
	for (; *format; format++) {
		if (*format != '%') {
			if (*text++ != *format)
				break;
			continue;
		}
		format++;
		if (*format == 'n') {
			*va_arg(arguments, int *) = text - start;
			continue;
		}
		if (*format != 'd' && *format != 'u')
			__builtin_trap();
		text = scan_number(text, va_arg(arguments, int *));
		if (!text)
			break;
		count++;
	}
	va_end(arguments);
	return count;
}

/* Nothing can be written to a file or read from one. */
static int no_file(void)
{
	errno = ENOSYS;
	return EOF;
}

int fprintf(FILE *file, const char *format, ...) { return no_file(); }
int vfprintf(FILE *file, const char *format, va_list arguments) { return no_file(); }
int fscanf(FILE *file, const char *format, ...) { return no_file(); }

FILE *fopen(const char *path, const char *mode)
{
	no_file();
	return NULL;
}
