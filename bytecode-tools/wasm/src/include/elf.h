/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel's description of ELF, and the few names that it lacks. */
#pragma once

#include <linux/elf-em.h>
#include <linux/elf.h>

#define ELF64_ST_INFO(bind, type) (((bind) << 4) + ((type) & 0xf))
#define ELF64_ST_VISIBILITY(other) ((other) & 3)
#define SHN_XINDEX 0xffff
#define STV_DEFAULT 0
#define STV_INTERNAL 1
#define STV_HIDDEN 2
#define STV_PROTECTED 3
#define SHT_GNU_verdef 0x6ffffffd
#define SHT_GNU_versym 0x6fffffff
#define VER_FLG_BASE 1
#define VERSYM_VERSION 0x7fff
#define VERSYM_HIDDEN 0x8000

typedef Elf64_Half Elf64_Versym;

typedef struct {
	Elf64_Half vd_version, vd_flags, vd_ndx, vd_cnt;
	Elf64_Word vd_hash, vd_aux, vd_next;
} Elf64_Verdef;

typedef struct {
	Elf64_Word vda_name, vda_next;
} Elf64_Verdaux;
