/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What libbpf knows about an opened object, as JSON. */
#pragma once

#include "json.h"

/* Text after the prefix that the section definition asks for: `foo` of `kprobe/foo`. */
static const char *attach_target(const struct bpf_program *program)
{
	const char *section = program->sec_def ? program->sec_def->sec : "";
	size_t size = strcspn(section, "+");

	return section[size] && program->sec_name[size] ? program->sec_name + size + 1 : NULL;
}

/* The attach type 0 is a real one for cgroup_skb, elsewhere it stands for "none". */
static const char *attach_type(const struct bpf_program *program, long flags)
{
	enum bpf_attach_type type = program->expected_attach_type;
	int is_ingress = program->type == BPF_PROG_TYPE_CGROUP_SKB && flags & SEC_ATTACHABLE;

	return type || is_ingress ? libbpf_bpf_attach_type_str(type) : NULL;
}

static void put_program(const struct bpf_object *obj, const struct bpf_program *program)
{
	long flags = program->sec_def ? program->sec_def->cookie : 0;

	begin_item();
	put_fields("sname ssection usectionIndex usectionOffset uinstructions", program->name,
		   program->sec_name, (__u32)program->sec_idx,
		   (__u32)(program->sec_insn_off * BPF_INSN_SZ), (__u32)program->insns_cnt);
	put_fields("stype utypeId sattachType uattachTypeId sattachTarget",
		   program->type ? libbpf_bpf_prog_type_str(program->type) : NULL, program->type,
		   attach_type(program, flags), program->expected_attach_type,
		   attach_target(program));
	put_fields("bisAttachedByBtf bisSleepable bhasFragments", flags & SEC_ATTACH_BTF,
		   flags & SEC_SLEEPABLE, flags & SEC_XDP_FRAGS);
	put_fields("bisSubprogram bisGlobal bisAutoloaded", prog_is_subprog(obj, program),
		   program->sym_global, program->autoload);
	put("}", 1);
}

static void put_map_sizes(const struct bpf_map *map)
{
	put_fields("stype utypeId ukeySize uvalueSize umaxEntries uflags ukeyTypeId uvalueTypeId",
		   libbpf_bpf_map_type_str(map->def.type), map->def.type, map->def.key_size,
		   map->def.value_size, map->def.max_entries, map->def.map_flags,
		   map->btf_key_type_id, map->btf_value_type_id);
}

static void put_map(const struct bpf_map *map)
{
	static const char *const content[] = { NULL, "data", "bss", "rodata", "kconfig" };

	begin_item();
	put_fields("sname ssection scontent", map->name, map->real_name, content[map->libbpf_type]);
	put_map_sizes(map);
	put_fields("unumaNode wextra spinPath bisAutocreated ustructOpsTypeId", map->numa_node,
		   map->map_extra, map->pin_path, map->autocreate,
		   map->st_ops ? map->st_ops->type_id : 0);
	if (map->inner_map) {
		put_text(",\"inner\":{");
		put_map_sizes(map->inner_map);
		put("}", 1);
	}
	put("}", 1);
}

static void put_extern(const struct bpf_object *obj, const struct extern_desc *ext)
{
	static const char *const kinds[] = { "unknown", "char", "bool", "int", "tristate", "text" };
	int is_function = btf_is_func(btf__type_by_id(obj->btf, ext->btf_id));

	begin_item();
	put_fields("sname skind bisWeak bisSet", ext->name,
		   ext->type == EXT_KCFG ? "kconfig" : is_function ? "function" : "variable",
		   ext->is_weak, ext->is_set);
	if (ext->type == EXT_KCFG)
		put_fields("svalueKind uvalueSize uvalueOffset bisSigned", kinds[ext->kcfg.type],
			   ext->kcfg.sz, ext->kcfg.data_off, ext->kcfg.is_signed);
	else
		put_fields("utypeId ikernelTypeId", ext->ksym.type_id,
			   ext->is_set || ext->ksym.kernel_btf_id < 0 ? ext->ksym.kernel_btf_id : 0);
	put("}", 1);
}

static void put_externs(const struct bpf_object *obj)
{
	put("[", 1);
	for (int i = 0; i < obj->nr_extern; i++)
		put_extern(obj, &obj->externs[i]);
	put("]", 1);
}

static void put_object(const struct bpf_object *obj)
{
	put("{", 1);
	put_fields("slicense ukernelVersion sbyteOrder ubtfTypes", obj->license, obj->kern_version,
		   obj->byteorder == ELFDATA2MSB ? "big" : "little",
		   obj->btf ? btf__type_cnt(obj->btf) : 0);
	put_text(",\"programs\":[");
	for (size_t i = 0; i < obj->nr_programs; i++)
		put_program(obj, &obj->programs[i]);
	put_text("],\"maps\":[");
	for (size_t i = 0; i < obj->nr_maps; i++)
		put_map(&obj->maps[i]);
	put_text("],\"externs\":");
	put_externs(obj);
	put("}", 1);
}

/* Relocations of a program that name a map or an extern, at their place in the final code. */
static void put_references(const struct bpf_program *program)
{
	static const char *const kinds[] = { [RELO_LD64] = "map", [RELO_DATA] = "data",
					     [RELO_EXTERN_LD64] = "extern",
					     [RELO_EXTERN_CALL] = "call" };

	for (int i = 0; i < program->nr_reloc; i++) {
		const struct reloc_desc *relo = &program->reloc_desc[i];
		int is_extern = relo->type == RELO_EXTERN_LD64 || relo->type == RELO_EXTERN_CALL;

		if (relo->type >= ARRAY_SIZE(kinds) || !kinds[relo->type])
			continue;
		begin_item();
		put_fields("uinstruction skind uindex uoffset", relo->insn_idx, kinds[relo->type],
			   is_extern ? relo->ext_idx : relo->map_idx,
			   is_extern ? 0 : relo->sym_off);
		put("}", 1);
	}
}

static void put_functions(const struct bpf_program *program)
{
	const struct btf *btf = program->obj->btf;

	for (__u32 i = 0; i < program->func_info_cnt; i++) {
		const struct bpf_func_info *info =
			program->func_info + i * program->func_info_rec_size;
		const struct btf_type *type = btf__type_by_id(btf, info->type_id);

		begin_item();
		put_fields("uinstruction utypeId sname ulinkage", info->insn_off, info->type_id,
			   type ? btf__name_by_offset(btf, type->name_off) : NULL,
			   type ? btf_func_linkage(type) : 0);
		put("}", 1);
	}
}

static void put_lines(const struct bpf_program *program)
{
	const struct btf *btf = program->obj->btf;

	for (__u32 i = 0; i < program->line_info_cnt; i++) {
		const struct bpf_line_info *info =
			program->line_info + i * program->line_info_rec_size;

		begin_item();
		put_fields("uinstruction sfile uline ucolumn stext", info->insn_off,
			   btf__str_by_offset(btf, info->file_name_off),
			   BPF_LINE_INFO_LINE_NUM(info->line_col),
			   BPF_LINE_INFO_LINE_COL(info->line_col),
			   btf__str_by_offset(btf, info->line_off));
		put("}", 1);
	}
}

/* What belongs to the instructions of each program as they are now. */
static void put_code(const struct bpf_object *obj, int with_lines)
{
	put("[", 1);
	for (size_t i = 0; i < obj->nr_programs; i++) {
		begin_item();
		put_fields("uinstructions", (__u32)obj->programs[i].insns_cnt);
		put_text(",\"references\":[");
		put_references(&obj->programs[i]);
		put_text("],\"functions\":[");
		put_functions(&obj->programs[i]);
		put_text("],\"lines\":[");
		if (with_lines)
			put_lines(&obj->programs[i]);
		put_text("]}");
	}
	put("]", 1);
}
