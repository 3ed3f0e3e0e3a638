/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The few types of a kernel's BTF that the relocations of one object need. */
#pragma once

#include "core.h"

#define DEEPEST 32

struct marks {
	const struct btf *btf;
	struct hashmap *candidates;
	__u32 count;
	/* per type: whether it is kept; per type: its first member in `members` */
	unsigned char *types;
	__u32 *first_member;
	unsigned char *members;
};

/*
 * Marks a type and what it is made of; structs and unions begin without members. Pointers are
 * followed only for relocations that name a type, not for those that name a field.
 */
static void mark_type(struct marks *marks, __u32 id, int with_pointers, int depth)
{
	const struct btf_type *type = btf__type_by_id(marks->btf, id);

	if (!id || !type || marks->types[id] > with_pointers || depth > DEEPEST)
		return;
	marks->types[id] = 1 + with_pointers;
	if (btf_is_array(type)) {
		mark_type(marks, btf_array(type)->type, with_pointers, depth + 1);
		mark_type(marks, btf_array(type)->index_type, with_pointers, depth + 1);
	} else if (btf_is_func_proto(type)) {
		mark_type(marks, type->type, with_pointers, depth + 1);
		for (int i = 0; i < btf_vlen(type); i++)
			mark_type(marks, btf_params(type)[i].type, with_pointers, depth + 1);
	} else if (btf_is_mod(type) || btf_is_typedef(type) || (btf_is_ptr(type) && with_pointers)) {
		mark_type(marks, type->type, with_pointers, depth + 1);
	}
}

/* Marks what decides whether types match: all members, but of structs behind pointers the names. */
static void mark_match(struct marks *marks, __u32 id, int is_behind_pointer, int depth)
{
	const struct btf_type *type = btf__type_by_id(marks->btf, id);

	if (!type || depth > DEEPEST)
		return;
	mark_type(marks, id, 0, 0);
	if (btf_is_composite(type)) {
		for (int i = 0; !is_behind_pointer && i < btf_vlen(type); i++) {
			marks->members[marks->first_member[id] + i] = 1;
			mark_match(marks, btf_members(type)[i].type, 0, depth + 1);
		}
	} else if (btf_is_func_proto(type)) {
		mark_match(marks, type->type, 0, depth + 1);
		for (int i = 0; i < btf_vlen(type); i++)
			mark_match(marks, btf_params(type)[i].type, 0, depth + 1);
	} else if (btf_is_array(type)) {
		mark_match(marks, btf_array(type)->type, is_behind_pointer, depth + 1);
	} else if (btf_is_ptr(type) || btf_is_mod(type) || btf_is_typedef(type)) {
		mark_match(marks, type->type, is_behind_pointer || btf_is_ptr(type), depth + 1);
	}
}

/* Marks the members along the path of a field relocation. */
static void mark_path(struct marks *marks, const struct bpf_core_spec *spec)
{
	__u32 id = spec->root_type_id;

	mark_type(marks, id, 0, 0);
	for (int i = 1; i < spec->raw_len; i++) {
		const struct btf_type *type = skip_mods_and_typedefs(marks->btf, id, &id);
		__u32 at = spec->raw_spec[i];

		if (btf_is_composite(type) && at < btf_vlen(type)) {
			marks->members[marks->first_member[id] + at] = 1;
			id = btf_members(type)[at].type;
		} else if (btf_is_array(type)) {
			id = btf_array(type)->type;
		} else {
			return;
		}
		mark_type(marks, id, 0, 0);
	}
}

static void mark_candidate(struct marks *marks, const struct core_record *record,
			   struct bpf_core_cand *candidate)
{
	struct bpf_core_cand_list one = { .cands = candidate, .len = 1 };
	struct bpf_core_spec specs[3] = {}, *found = &specs[2];
	struct bpf_core_relo_res result;

	if (bpf_core_calc_relo_insn(record->program->name, record->relo, record->number,
				    record->program->obj->btf, &one, specs, &result))
		return;
	if (result.poison || found->btf != marks->btf)
		return;
	switch (record->relo->kind) {
	case BPF_CORE_TYPE_MATCHES:
		return mark_match(marks, found->root_type_id, 0, 0);
	case BPF_CORE_TYPE_ID_TARGET:
	case BPF_CORE_TYPE_EXISTS:
	case BPF_CORE_TYPE_SIZE:
		return mark_type(marks, found->root_type_id, 1, 0);
	case BPF_CORE_ENUMVAL_EXISTS:
	case BPF_CORE_ENUMVAL_VALUE:
		return mark_type(marks, found->root_type_id, 0, 0);
	default:
		return mark_path(marks, found);
	}
}

/* Every candidate that fits is kept, so that a loader meets the same choice as in the full BTF. */
static void mark_record(struct bpf_object *obj, struct core_record *record, void *context)
{
	struct marks *marks = context;
	__u32 id = record->relo->type_id;
	struct bpf_core_cand_list *list;

	if (record->relo->kind == BPF_CORE_TYPE_ID_LOCAL)
		return;
	if (!hashmap__find(marks->candidates, id, &list)) {
		list = bpf_core_find_cands(obj, obj->btf, id);
		if (IS_ERR_OR_NULL(list) || hashmap__set(marks->candidates, id, list, NULL, NULL))
			return;
	}
	for (int i = 0; i < list->len; i++)
		mark_candidate(marks, record, &list->cands[i]);
}

static int copy_type(struct btf *into, const struct marks *marks, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(marks->btf, id);
	const char *name = btf__name_by_offset(marks->btf, type->name_off);
	const struct btf_member *member = btf_members(type);
	int new_id;

	if (!btf_is_composite(type))
		return btf__add_type(into, marks->btf, type);
	new_id = btf_is_struct(type) ? btf__add_struct(into, name, type->size) :
				       btf__add_union(into, name, type->size);
	for (int i = 0; new_id > 0 && i < btf_vlen(type); i++, member++) {
		int error = 0;

		if (marks->members[marks->first_member[id] + i])
			error = btf__add_field(into, btf__name_by_offset(marks->btf, member->name_off),
					       member->type, btf_member_bit_offset(type, i),
					       btf_member_bitfield_size(type, i));
		if (error)
			return error;
	}
	return new_id;
}

/* Replaces the type numbers of the full BTF by those of the small one; 0 is void. */
static int renumber(struct btf *btf, const __u32 *new_ids)
{
	for (__u32 i = 1; i < btf__type_cnt(btf); i++) {
		struct btf_field_iter iterator;
		__u32 *id;
		int error = btf_field_iter_init(&iterator, btf_type_by_id(btf, i),
						BTF_FIELD_ITER_IDS);

		if (error)
			return error;
		while ((id = btf_field_iter_next(&iterator)))
			*id = new_ids[*id];
	}
	return 0;
}

static int put_marked(const struct marks *marks)
{
	struct btf *btf = btf__new_empty();
	__u32 *new_ids = calloc(marks->count, sizeof(__u32));
	const void *bytes;
	int error = btf && new_ids ? 0 : -ENOMEM;
	__u32 size;

	for (__u32 i = 1; !error && i < marks->count; i++) {
		int id = marks->types[i] ? copy_type(btf, marks, i) : 0;

		error = id < 0 ? id : 0;
		new_ids[i] = id;
	}
	error = error ?: renumber(btf, new_ids);
	bytes = error ? NULL : btf__raw_data(btf, &size);
	if (bytes)
		put(bytes, size);
	else
		error = error ?: -ENOMEM;
	free(new_ids);
	btf__free(btf);
	return error;
}

static int put_min_btf(struct bpf_object *obj, const struct btf *btf)
{
	struct marks marks = { btf, new_candidates(), btf__type_cnt(btf) };
	__u32 members = 0;
	int error = -ENOMEM;

	marks.types = calloc(marks.count, 1);
	marks.first_member = calloc(marks.count, sizeof(__u32));
	for (__u32 i = 1; marks.first_member && i < marks.count; i++) {
		const struct btf_type *type = btf__type_by_id(btf, i);

		marks.first_member[i] = members;
		members += btf_is_composite(type) ? btf_vlen(type) : 0;
	}
	marks.members = calloc(members + 1, 1);
	if (marks.types && marks.first_member && marks.members && !IS_ERR(marks.candidates)) {
		each_core_record(obj, mark_record, &marks);
		error = put_marked(&marks);
	}
	if (!IS_ERR(marks.candidates))
		free_candidates(marks.candidates);
	free(marks.types);
	free(marks.first_member);
	free(marks.members);
	return error;
}
