/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* CO-RE: every relocation of an object, and what libbpf makes of it on a target kernel. */
#pragma once

#include "json.h"

/* A relocation and the instruction (counted from the start of its program) that it patches. */
struct core_record {
	const struct bpf_core_relo *relo;
	struct bpf_program *program;
	int number, instruction;
};

typedef void (*core_visitor)(struct bpf_object *obj, struct core_record *record, void *context);

static void each_core_record(struct bpf_object *obj, core_visitor visit, void *context)
{
	const struct btf_ext_info *info = obj->btf_ext ? &obj->btf_ext->core_relo_info : NULL;
	const struct btf_ext_info_sec *section;
	const struct bpf_core_relo *relo;
	int i, section_number = 0;

	if (!info || !info->len)
		return;
	for_each_btf_ext_sec(info, section) {
		int section_index = info->sec_idxs[section_number++];

		for_each_btf_ext_rec(info, section, i, relo) {
			int at = relo->insn_off / sizeof(struct bpf_insn);
			struct core_record record = { relo, NULL, i, 0 };

			/* none when the linker dropped a weak function in favour of another */
			record.program = find_prog_by_sec_insn(obj, section_index, at);
			if (relo->insn_off % sizeof(struct bpf_insn) || !record.program)
				continue;
			record.instruction = at - record.program->sec_insn_off;
			if (record.instruction < (int)record.program->insns_cnt)
				visit(obj, &record, context);
		}
	}
}

static struct hashmap *new_candidates(void)
{
	return hashmap__new(bpf_core_hash_fn, bpf_core_equal_fn, NULL);
}

static void free_candidates(struct hashmap *candidates)
{
	struct hashmap_entry *entry;
	size_t bucket;

	hashmap__for_each_entry(candidates, entry, bucket)
		bpf_core_free_cands(entry->pvalue);
	hashmap__free(candidates);
}

static void put_record(struct bpf_object *obj, const struct core_record *record)
{
	const struct bpf_core_relo *relo = record->relo;
	struct bpf_core_spec spec;
	char text[256] = "";

	if (!bpf_core_parse_spec(record->program->name, obj->btf, relo, &spec))
		bpf_core_format_spec(text, sizeof(text), &spec);
	put_fields("uprogram uinstruction ukind utypeId ssubject",
		   (__u32)(record->program - obj->programs), record->instruction, relo->kind,
		   relo->type_id, text);
}

static void list_record(struct bpf_object *obj, struct core_record *record, void *context)
{
	begin_item();
	put_record(obj, record);
	put("}", 1);
}

static void resolve_record(struct bpf_object *obj, struct core_record *record, void *candidates)
{
	struct bpf_program *program = record->program;
	struct bpf_core_relo_res result = {};
	int error, patch_error, at = record->instruction;

	begin_item();
	put_record(obj, record);
	patch_error = error = bpf_core_resolve_relo(program, record->relo, record->number, obj->btf,
						    candidates, &result);
	if (!error)
		patch_error = bpf_core_patch_insn(program->name, &program->insns[at], at,
						  record->relo, record->number, &result);
	put_fields("ierror ipatchError bisPoison wlocal wtarget utargetTypeId", error, patch_error,
		   result.poison, result.orig_val, result.new_val, result.new_type_id);
	put("}", 1);
}

/* Finds one external symbol in the BTF of the target; kernel symbols without a type stay unset. */
static void resolve_symbol(struct bpf_object *obj, struct extern_desc *ext)
{
	const struct btf_type *type = btf__type_by_id(obj->btf, ext->btf_id);
	int error;

	ext->is_set = false;
	if (!ext->ksym.type_id)
		return;
	if (btf_is_var(type))
		error = bpf_object__resolve_ksym_var_btf_id(obj, ext);
	else
		error = bpf_object__resolve_ksym_func_btf_id(obj, ext);
	/* a symbol of another type is refused, even a weak one: the number of the error tells */
	if (error < 0)
		ext->ksym.kernel_btf_id = error;
}
