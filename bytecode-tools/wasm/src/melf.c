/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The reading side of libelf over bytes in memory: ELF64 in either byte order. Tables (symbols,
 * relocations) of the other byte order, or misaligned ones, are copied into native form.
 */
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct Elf_Scn {
	Elf *elf;
	size_t index;
	Elf64_Shdr header;
	Elf_Data raw, data;
	void *copy;
	bool is_read;
};

struct Elf {
	const unsigned char *image;
	size_t size;
	bool is_elf, is_swapped;
	Elf64_Ehdr header;
	size_t section_count, names_index;
	Elf_Scn *sections;
};

static const char *last_error = "no error";

static void *fail(const char *message)
{
	last_error = message;
	return NULL;
}

/* Turns the bytes of consecutive fields around; `widths` has the width of each as a digit. */
static void swap_fields(void *start, const char *widths)
{
	unsigned char *at = start;

	for (; *widths; widths++) {
		size_t width = *widths - '0';

		for (size_t i = 0; i < width / 2; i++) {
			unsigned char byte = at[i];

			at[i] = at[width - 1 - i];
			at[width - 1 - i] = byte;
		}
		at += width;
	}
}

static void read_section_header(Elf *elf, size_t index, Elf64_Shdr *out)
{
	memcpy(out, elf->image + elf->header.e_shoff + index * sizeof(*out), sizeof(*out));
	if (elf->is_swapped)
		swap_fields(out, "4488884488");
}

static bool read_sections(Elf *elf)
{
	Elf64_Ehdr *header = &elf->header;
	Elf64_Shdr first;
	size_t room;

	if (!header->e_shoff)
		return true;
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		return fail("section headers have an unknown size");
	if (header->e_shoff > elf->size || elf->size - header->e_shoff < sizeof(Elf64_Shdr))
		return fail("section headers are outside the file");
	room = (elf->size - header->e_shoff) / sizeof(Elf64_Shdr);
	/* files with very many sections keep both numbers in the first section header */
	read_section_header(elf, 0, &first);
	elf->section_count = header->e_shnum;
	if (!header->e_shnum)
		elf->section_count = first.sh_size > room ? room + 1 : first.sh_size;
	if (elf->section_count > room)
		return fail("section headers are outside the file");
	elf->names_index = header->e_shstrndx == SHN_XINDEX ? first.sh_link : header->e_shstrndx;
	elf->sections = calloc(elf->section_count + 1, sizeof(Elf_Scn));
	if (!elf->sections)
		return fail("out of memory");
	for (size_t i = 0; i < elf->section_count; i++) {
		elf->sections[i].elf = elf;
		elf->sections[i].index = i;
		read_section_header(elf, i, &elf->sections[i].header);
	}
	return true;
}

static bool is_known(const char *image, size_t size)
{
	return size >= sizeof(Elf64_Ehdr) && !memcmp(image, ELFMAG, SELFMAG) &&
	       image[EI_CLASS] == ELFCLASS64 && image[EI_VERSION] == EV_CURRENT &&
	       (image[EI_DATA] == ELFDATA2LSB || image[EI_DATA] == ELFDATA2MSB);
}

Elf *elf_memory(char *image, size_t size)
{
	Elf *elf;

	elf = calloc(1, sizeof(*elf));
	if (!elf)
		return fail("out of memory");
	elf->image = (const unsigned char *)image;
	elf->size = size;
	/* like libelf, whose elf_kind() is the one to say so */
	if (!is_known(image, size))
		return elf;
	elf->is_elf = true;
	elf->is_swapped = image[EI_DATA] == ELFDATA2MSB;
	memcpy(&elf->header, image, sizeof(elf->header));
	if (elf->is_swapped)
		swap_fields(&elf->header.e_type, "2248884222222");
	if (read_sections(elf))
		return elf;
	elf_end(elf);
	return NULL;
}

int elf_end(Elf *elf)
{
	if (!elf)
		return 0;
	for (size_t i = 0; elf->sections && i < elf->section_count; i++)
		free(elf->sections[i].copy);
	free(elf->sections);
	free(elf);
	return 0;
}

/* Bytes of a section, NULL for sections without any in the file. */
static Elf_Data *raw_data(Elf_Scn *section)
{
	const Elf64_Shdr *header = &section->header;
	size_t limit = section->elf->size;
	bool is_empty = section->index == 0 || header->sh_type == SHT_NOBITS;

	if (!is_empty && (header->sh_offset > limit || header->sh_size > limit - header->sh_offset))
		return fail("section data is outside the file");
	if (header->sh_size > INT32_MAX)
		return fail("section data is too large");
	section->raw.d_buf = is_empty ? NULL : (void *)(section->elf->image + header->sh_offset);
	section->raw.d_type = ELF_T_BYTE;
	section->raw.d_version = EV_CURRENT;
	section->raw.d_size = section->index ? header->sh_size : 0;
	section->raw.d_align = header->sh_addralign;
	return &section->raw;
}

Elf_Data *elf_rawdata(Elf_Scn *section, Elf_Data *data)
{
	return section && !data ? raw_data(section) : NULL;
}

/* The form of a table's entries, NULL for sections that are not tables. */
static const char *entry_form(Elf_Scn *section)
{
	switch (section->header.sh_type) {
	case SHT_SYMTAB:
	case SHT_DYNSYM:
		section->data.d_type = ELF_T_SYM;
		return "411288";
	case SHT_REL:
		section->data.d_type = ELF_T_REL;
		return "88";
	case SHT_RELA:
		section->data.d_type = ELF_T_RELA;
		return "888";
	default:
		return NULL;
	}
}

static bool to_native(Elf_Scn *section, const char *form)
{
	Elf_Data *data = &section->data;
	size_t width = 0;

	for (const char *at = form; *at; at++)
		width += *at - '0';
	if (data->d_size % width)
		return fail("section size is not a multiple of its entries");
	if (!section->elf->is_swapped && (uintptr_t)data->d_buf % 8 == 0)
		return true;
	section->copy = malloc(data->d_size + 1);
	if (!section->copy)
		return fail("out of memory");
	if (data->d_buf)
		memcpy(section->copy, data->d_buf, data->d_size);
	else
		memset(section->copy, 0, data->d_size);
	data->d_buf = section->copy;
	for (size_t at = 0; section->elf->is_swapped && at < data->d_size; at += width)
		swap_fields((char *)section->copy + at, form);
	return true;
}

Elf_Data *elf_getdata(Elf_Scn *section, Elf_Data *data)
{
	const char *form;

	if (!section || data)
		return NULL;
	if (section->is_read)
		return &section->data;
	if (!raw_data(section))
		return NULL;
	section->data = section->raw;
	form = entry_form(section);
	if (form && !to_native(section, form))
		return NULL;
	section->is_read = true;
	return &section->data;
}

char *elf_strptr(Elf *elf, size_t index, size_t offset)
{
	Elf_Scn *section = elf_getscn(elf, index);
	Elf_Data *data;

	if (!section || section->header.sh_type != SHT_STRTAB)
		return fail("not a string table");
	data = raw_data(section);
	if (!data || !data->d_buf || offset >= data->d_size)
		return fail("string is outside its table");
	if (!memchr((char *)data->d_buf + offset, 0, data->d_size - offset))
		return fail("string has no end");
	return (char *)data->d_buf + offset;
}

Elf_Scn *elf_getscn(Elf *elf, size_t index)
{
	return elf && index < elf->section_count ? &elf->sections[index] : fail("no such section");
}

Elf_Scn *elf_nextscn(Elf *elf, Elf_Scn *section)
{
	size_t index = section ? section->index + 1 : 1;

	if (section)
		elf = section->elf;
	return elf && index < elf->section_count ? &elf->sections[index] : NULL;
}

const char *elf_errmsg(int error)
{
	return last_error;
}

unsigned int elf_version(unsigned int version)
{
	return EV_CURRENT;
}

Elf_Kind elf_kind(Elf *elf)
{
	return elf && elf->is_elf ? ELF_K_ELF : ELF_K_NONE;
}

int gelf_getclass(Elf *elf)
{
	return elf ? ELFCLASS64 : ELFCLASSNONE;
}

Elf64_Ehdr *elf64_getehdr(Elf *elf)
{
	return elf ? &elf->header : NULL;
}

Elf64_Shdr *elf64_getshdr(Elf_Scn *section)
{
	return section ? &section->header : NULL;
}

int elf_getshdrnum(Elf *elf, size_t *count)
{
	*count = elf->section_count;
	return 0;
}

int elf_getshdrstrndx(Elf *elf, size_t *index)
{
	*index = elf->names_index;
	return 0;
}

size_t elf_ndxscn(Elf_Scn *section)
{
	return section ? section->index : SHN_UNDEF;
}
