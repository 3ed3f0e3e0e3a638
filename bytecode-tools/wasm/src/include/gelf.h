/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The class-independent half of libelf's interface, as far as libbpf calls it. */
#pragma once

#include <libelf.h>

typedef Elf64_Ehdr GElf_Ehdr;
typedef Elf64_Nhdr GElf_Nhdr;
typedef Elf64_Phdr GElf_Phdr;
typedef Elf64_Rel GElf_Rel;
typedef Elf64_Shdr GElf_Shdr;
typedef Elf64_Sym GElf_Sym;
typedef Elf64_Verdaux GElf_Verdaux;
typedef Elf64_Verdef GElf_Verdef;
typedef Elf64_Versym GElf_Versym;

#define GELF_ST_TYPE(info) ELF64_ST_TYPE(info)
#define GELF_ST_BIND(info) ELF64_ST_BIND(info)

int gelf_getclass(Elf *elf);
GElf_Ehdr *gelf_getehdr(Elf *elf, GElf_Ehdr *out);
GElf_Shdr *gelf_getshdr(Elf_Scn *section, GElf_Shdr *out);
GElf_Sym *gelf_getsym(Elf_Data *data, int index, GElf_Sym *out);
GElf_Phdr *gelf_getphdr(Elf *elf, int index, GElf_Phdr *out);
GElf_Versym *gelf_getversym(Elf_Data *data, int index, GElf_Versym *out);
GElf_Verdef *gelf_getverdef(Elf_Data *data, int offset, GElf_Verdef *out);
GElf_Verdaux *gelf_getverdaux(Elf_Data *data, int offset, GElf_Verdaux *out);
size_t gelf_getnote(Elf_Data *data, size_t offset, GElf_Nhdr *out, size_t *name, size_t *desc);
