/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The part of libelf's interface that libbpf calls; melf.c has the reading side, for memory only. */
#pragma once

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum { ELF_C_NULL, ELF_C_READ, ELF_C_READ_MMAP } Elf_Cmd;
typedef enum { ELF_K_NONE, ELF_K_ELF } Elf_Kind;
typedef enum { ELF_T_BYTE, ELF_T_SYM, ELF_T_REL, ELF_T_RELA } Elf_Type;

typedef struct Elf Elf;
typedef struct Elf_Scn Elf_Scn;

typedef struct {
	void *d_buf;
	Elf_Type d_type;
	unsigned int d_version;
	size_t d_size;
	int64_t d_off;
	size_t d_align;
} Elf_Data;

unsigned int elf_version(unsigned int version);
const char *elf_errmsg(int error);
Elf *elf_begin(int fd, Elf_Cmd command, Elf *ref);
Elf *elf_memory(char *image, size_t size);
int elf_end(Elf *elf);
Elf_Kind elf_kind(Elf *elf);
Elf64_Ehdr *elf64_getehdr(Elf *elf);
Elf64_Shdr *elf64_getshdr(Elf_Scn *section);
int elf_getphdrnum(Elf *elf, size_t *count);
int elf_getshdrnum(Elf *elf, size_t *count);
int elf_getshdrstrndx(Elf *elf, size_t *index);
Elf_Scn *elf_getscn(Elf *elf, size_t index);
Elf_Scn *elf_nextscn(Elf *elf, Elf_Scn *section);
size_t elf_ndxscn(Elf_Scn *section);
Elf_Data *elf_getdata(Elf_Scn *section, Elf_Data *data);
Elf_Data *elf_rawdata(Elf_Scn *section, Elf_Data *data);
char *elf_strptr(Elf *elf, size_t section, size_t offset);
