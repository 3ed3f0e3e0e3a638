/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The calls of the WebAssembly module, compiled for this machine: the same libbpf, but with the
 * system's libelf, 64-bit addresses and another compiler. Its answers must be the module's.
 *
 *     oracle OBJECT                       the object by itself
 *     oracle OBJECT BTF CONFIG VERSION    the object on a kernel; CONFIG is a file, VERSION a number
 *     oracle bench OBJECT BTF             processor time in milliseconds, the best of several runs
 *
 * Each answer goes out as a line "NAME RESULT SIZE" and the bytes; handles stand as 0 or 1.
 */
#include "glue.c"

#include <sys/utsname.h>
#include <time.h>

#define FIRST_MAP_FD 1000
#define BENCH_RUNS 15

/* The linker puts these two in the place of the C library's (--wrap): no kernel is asked. */
long __wrap_syscall(long number, ...)
{
	static int next_fd = FIRST_MAP_FD;

	if (number == __NR_memfd_create)
		return next_fd++;
	errno = ENOSYS;
	return -1;
}

int __wrap_uname(struct utsname *name)
{
	memset(name, 0, sizeof(*name));
	strcpy(name->release, "0.0.0");
	return 0;
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes;

	if (!file) {
		perror(path);
		exit(2);
	}
	fseek(file, 0, SEEK_END);
	*size = ftell(file);
	rewind(file);
	bytes = calloc(1, *size + 1);
	if (fread(bytes, 1, *size, file) != *size)
		exit(2);
	fclose(file);
	return bytes;
}

static long answer(const char *name, long result)
{
	printf("%s %ld %zu\n", name, result, out_len());
	fwrite(out_ptr(), 1, out_len(), stdout);
	return result;
}

static void report(struct bpf_object *obj, char **target)
{
	size_t size;
	char *bytes;
	struct btf *btf;

	obj_describe(obj);
	answer("obj_describe", 0);
	if (target) {
		bytes = read_file(target[0], &size);
		btf = btf_open(bytes, size, NULL);
		if (!answer("btf_open", !!btf))
			return;
		obj_target(obj, btf);
	}
	answer("obj_core", obj_core(obj));
	if (target) {
		answer("obj_symbols", obj_symbols(obj));
		bytes = read_file(target[1], &size);
		answer("obj_kconfig", obj_kconfig(obj, bytes, atoi(target[2]), 3));
		answer("obj_min_btf", obj_min_btf(obj));
	}
	if (answer("obj_relocate", obj_relocate(obj)))
		return;
	obj_code(obj, 1);
	answer("obj_code", 0);
	obj_insns(obj);
	answer("obj_insns", 0);
	obj_data(obj);
	answer("obj_data", 0);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void keep_best(double *best, double value)
{
	if (!*best || value < *best)
		*best = value;
}

static void bench(const char *object_path, const char *btf_path)
{
	double open = 0, core = 0, index = 0, header = 0;
	size_t object_size, btf_size;
	char *object = read_file(object_path, &object_size);
	char *bytes = read_file(btf_path, &btf_size);

	for (int i = 0; i < BENCH_RUNS; i++) {
		double start = now(), opened, described, resolved;
		struct btf *btf = btf_open(bytes, btf_size, NULL);
		struct bpf_object *obj;

		opened = now();
		obj = obj_open(object, object_size, "object");
		obj_describe(obj);
		described = now();
		obj_target(obj, btf);
		obj_core(obj);
		resolved = now();
		if (i < 3) {
			btf_dump_c(btf, 0);
			keep_best(&header, now() - resolved);
		}
		keep_best(&index, opened - start);
		keep_best(&open, described - opened);
		keep_best(&core, resolved - described);
		obj_close(obj);
		btf_close(btf);
	}
	printf("{\"btf\":%f,\"describe\":%f,\"core\":%f,\"header\":%f}\n", index, open, core, header);
}

int main(int count, char **arguments)
{
	struct bpf_object *obj;
	size_t size;
	char *bytes;

	if (count == 4 && !strcmp(arguments[1], "bench")) {
		bench(arguments[2], arguments[3]);
		return 0;
	}
	if (count != 2 && count != 5)
		return 2;
	bytes = read_file(arguments[1], &size);
	obj = obj_open(bytes, size, "object");
	if (answer("obj_open", !!obj))
		report(obj, count == 5 ? arguments + 2 : NULL);
	return 0;
}
