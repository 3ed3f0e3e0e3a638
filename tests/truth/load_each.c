/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loads every program of BPF objects for real, each alone, with libbpf of the same source as the
 * WebAssembly module, and says what the kernel made of it.
 *
 *     load_each OBJECT...
 *
 * One line for each program: OBJECT, PROGRAM, RESULT and REMARK, with tabs between. RESULT is 0 or a
 * negative error number, or "signal N" when the loader died. REMARK is the end of what libbpf and the
 * verifier said. A child process does the loading, so that a crash costs one program.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "libbpf.h"

#define SAID_SIZE (1024 * 1024)
#define REMARK_SIZE 1200
#define MAX_PROGRAMS 512
#define NAME_SIZE 128

/* Shared with the child. */
struct report {
	int count;
	char names[MAX_PROGRAMS][NAME_SIZE];
	int result;
	char remark[REMARK_SIZE];
};

static struct report *report;
static char said[SAID_SIZE];
static size_t said_length;

static int listen_to(enum libbpf_print_level level, const char *format, va_list args)
{
	size_t room = SAID_SIZE - said_length;
	int length;

	if (level == LIBBPF_DEBUG || room < 2)
		return 0;
	length = vsnprintf(said + said_length, room, format, args);
	if (length > 0)
		said_length += (size_t)length < room ? (size_t)length : room - 1;
	return 0;
}

/* Keeps the end of what was said, in one line. */
static void keep_remark(void)
{
	const char *from = said;

	if (said_length >= REMARK_SIZE)
		from = said + said_length - REMARK_SIZE + 1;
	snprintf(report->remark, REMARK_SIZE, "%s", from);
	for (char *at = report->remark; *at; at++)
		if (*at == '\n' || *at == '\t' || *at == '\r')
			*at = '|';
}

static void list_programs(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;

	if (!object) {
		report->result = -errno;
		keep_remark();
		return;
	}
	bpf_object__for_each_program(program, object)
		if (report->count < MAX_PROGRAMS)
			snprintf(report->names[report->count++], NAME_SIZE, "%s",
				 bpf_program__name(program));
}

static void load_program(const char *path, const char *name)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	struct bpf_map *map;

	if (!object) {
		report->result = -errno;
		keep_remark();
		return;
	}
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
	/* nothing is left behind, and nothing of an earlier load is taken over */
	bpf_object__for_each_map(map, object)
		bpf_map__set_pin_path(map, NULL);
	report->result = bpf_object__load(object);
	keep_remark();
}

static int run_child(const char *path, const char *name)
{
	int status;
	pid_t child;

	report->result = 0;
	report->remark[0] = 0;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (name)
			load_program(path, name);
		else
			list_programs(path);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		perror("fork");
		exit(2);
	}
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void print_line(const char *path, const char *name, int signal)
{
	if (signal)
		printf("%s\t%s\tsignal %d\t\n", path, name, signal);
	else
		printf("%s\t%s\t%d\t%s\n", path, name, report->result, report->remark);
}

int main(int count, char **paths)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	libbpf_set_print(listen_to);
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		return 2;
	for (int at = 1; at < count; at++) {
		int signal;

		report->count = 0;
		signal = run_child(paths[at], NULL);
		if (signal || report->count == 0)
			print_line(paths[at], "-", signal);
		for (int which = 0; which < report->count; which++)
			print_line(paths[at], report->names[which],
				   run_child(paths[at], report->names[which]));
	}
	return 0;
}
