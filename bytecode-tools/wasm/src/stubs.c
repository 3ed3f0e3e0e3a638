/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The system that is not there. Everything that libbpf or the C library would ask of it fails, so
 * that the module imports nothing. What must succeed: file descriptors that libbpf reserves for
 * maps (they tell maps apart in relocated code), memory for map contents, and the page size.
 */
#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>

#define FIRST_MAP_FD 1000
#define PAGE_SIZE 4096

static int missing(void)
{
	errno = ENOSYS;
	return -1;
}

long syscall(long number, ...)
{
	static int next_fd = FIRST_MAP_FD;

	return number == __NR_memfd_create ? next_fd++ : missing();
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, long long offset)
{
	void *memory = fd < 0 ? calloc(1, size ? size : 1) : NULL;

	if (memory)
		return memory;
	errno = ENOMEM;
	return (void *)-1;
}

int munmap(void *address, size_t size)
{
	free(address);
	return 0;
}

/* Sizes of ring buffers are rounded to pages: to the kernel's, not to those of WebAssembly. */
int getpagesize(void)
{
	return PAGE_SIZE;
}

long sysconf(int name)
{
	return PAGE_SIZE;
}

int getpid(void)
{
	return 1;
}

int setrlimit(int resource, const struct rlimit *limit)
{
	return missing();
}

char *realpath(const char *path, char *out)
{
	return NULL;
}

/* The parts of libelf that only serve uprobes in files. */
Elf *elf_begin(int fd, Elf_Cmd command, Elf *ref)
{
	return NULL;
}

int elf_getphdrnum(Elf *elf, size_t *count)
{
	return missing();
}

#define NO_ELF_PART(result, name, ...) \
	result name(__VA_ARGS__)       \
	{                              \
		return 0;              \
	}

NO_ELF_PART(GElf_Ehdr *, gelf_getehdr, Elf *elf, GElf_Ehdr *out)
NO_ELF_PART(GElf_Shdr *, gelf_getshdr, Elf_Scn *section, GElf_Shdr *out)
NO_ELF_PART(GElf_Sym *, gelf_getsym, Elf_Data *data, int index, GElf_Sym *out)
NO_ELF_PART(GElf_Phdr *, gelf_getphdr, Elf *elf, int index, GElf_Phdr *out)
NO_ELF_PART(GElf_Versym *, gelf_getversym, Elf_Data *data, int index, GElf_Versym *out)
NO_ELF_PART(GElf_Verdef *, gelf_getverdef, Elf_Data *data, int offset, GElf_Verdef *out)
NO_ELF_PART(GElf_Verdaux *, gelf_getverdaux, Elf_Data *data, int offset, GElf_Verdaux *out)
NO_ELF_PART(size_t, gelf_getnote, Elf_Data *data, size_t offset, GElf_Nhdr *out, size_t *name,
	    size_t *desc)

/* The C library's imports from WASI, answered here; 8 is WASI's EBADF, 52 its ENOSYS. */
#define WASI(name, number, ...)                                    \
	int __imported_wasi_snapshot_preview1_##name(__VA_ARGS__)  \
	{                                                          \
		return number;                                     \
	}

WASI(environ_get, 0, int pointers, int text)
WASI(fd_close, 52, int fd)
WASI(fd_fdstat_get, 52, int fd, int out)
WASI(fd_fdstat_set_flags, 52, int fd, int flags)
WASI(fd_prestat_get, 8, int fd, int out)
WASI(fd_prestat_dir_name, 52, int fd, int path, int size)
WASI(fd_seek, 52, int fd, long long offset, int whence, int out)
WASI(fd_write, 52, int fd, int vectors, int count, int out)
WASI(path_filestat_get, 52, int fd, int flags, int path, int size, int out)
WASI(path_open, 52, int fd, int flags, int path, int size, int how, long long rights,
     long long inherited, int fdflags, int out)
WASI(poll_oneoff, 52, int in, int out, int count, int events)

int __imported_wasi_snapshot_preview1_environ_sizes_get(int *count, int *size)
{
	*count = *size = 0;
	return 0;
}

_Noreturn void __imported_wasi_snapshot_preview1_proc_exit(int code)
{
	__builtin_trap();
}

void __wasm_call_ctors(void);

/* Without an own export of it, the linker wraps every export into a call of the constructors. */
__attribute__((export_name("_initialize"))) void initialize(void)
{
	__wasm_call_ctors();
}
