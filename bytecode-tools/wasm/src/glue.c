/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The calls that the module offers. Nothing is decided here: libbpf decides, and this file passes
 * its knowledge on. libbpf.c is included, not linked, since what matters in it is static.
 *
 * Calls that can fail return 0 or a negative error number; those that open something return its
 * address, or 0 and the error number as text in the answer.
 */
#include "libbpf.c"

#include "relo_core.h"

#include "core.h"
#include "facts.h"
#include "json.h"
#include "min_btf.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name)
#endif

/* A mark for "no BPF token, but use the object's own list of kernel features". */
#define NO_TOKEN -1
#define MODULE_FD 100

/* What libbpf said during the last call, cut off when it says more. */
static char log_text[64 << 10];
static size_t log_size;

static int keep_log(enum libbpf_print_level level, const char *format, va_list arguments)
{
	size_t room = sizeof(log_text) - log_size;
	int size;

	if (level == LIBBPF_DEBUG || room < 2)
		return 0;
	size = vsnprintf(log_text + log_size, room, format, arguments);
	if (size > 0)
		log_size += size < (int)room ? size : (int)room - 1;
	return 0;
}

static void begin_call(void)
{
	out.size = log_size = 0;
	libbpf_set_print(keep_log);
}

static void *opened(void *handle)
{
	if (!handle)
		put_fields("ierror", -errno);
	return handle;
}

EXPORT(out_ptr) char *out_ptr(void) { return out.bytes; }
EXPORT(out_len) size_t out_len(void) { return out.size; }
EXPORT(log_ptr) char *log_ptr(void) { return log_text; }
EXPORT(log_len) size_t log_len(void) { return log_size; }
EXPORT(mem_alloc) void *mem_alloc(size_t size) { return malloc(size); }
EXPORT(mem_free) void mem_free(void *memory) { free(memory); }

/* libbpf keeps pointers into the BTF of an object, not into its other bytes. */
EXPORT(obj_open) struct bpf_object *obj_open(const void *bytes, size_t size, const char *name)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);
	struct bpf_object *obj;

	begin_call();
	obj = bpf_object__open_mem(bytes, size, &options);
	if (!opened(obj))
		return NULL;
	/* kernels are asked nothing: whatever the object needs counts as present */
	obj->feat_cache = calloc(1, sizeof(*obj->feat_cache));
	if (!obj->feat_cache)
		__builtin_trap();
	for (int i = 0; i < __FEAT_CNT; i++)
		obj->feat_cache->res[i] = FEAT_SUPPORTED;
	obj->token_fd = NO_TOKEN;
	return obj;
}

/* Takes the BTF of the target away from the object, which would free it. */
static void drop_target(struct bpf_object *obj)
{
	for (size_t i = 0; i < obj->btf_module_cnt; i++)
		free(obj->btf_modules[i].name);
	free(obj->btf_modules);
	obj->btf_modules = NULL;
	obj->btf_module_cnt = obj->btf_module_cap = 0;
	obj->btf_vmlinux = NULL;
}

EXPORT(obj_close) void obj_close(struct bpf_object *obj)
{
	drop_target(obj);
	bpf_object__close(obj);
}

EXPORT(obj_describe) void obj_describe(struct bpf_object *obj)
{
	begin_call();
	put_object(obj);
}

/* Sets the kernel that the following calls judge by; module BTFs are added one by one. */
EXPORT(obj_target) void obj_target(struct bpf_object *obj, struct btf *btf)
{
	drop_target(obj);
	obj->btf_vmlinux = btf;
	obj->btf_modules_loaded = true;
}

EXPORT(obj_module) int obj_module(struct bpf_object *obj, struct btf *btf, const char *name)
{
	int error = libbpf_ensure_mem((void **)&obj->btf_modules, &obj->btf_module_cap,
				      sizeof(*obj->btf_modules), obj->btf_module_cnt + 1);
	struct module_btf *module = obj->btf_modules + obj->btf_module_cnt;

	if (error)
		return error;
	memset(module, 0, sizeof(*module));
	module->btf = btf;
	module->name = strdup(name);
	if (!module->name)
		return -ENOMEM;
	module->id = module->fd = MODULE_FD + obj->btf_module_cnt++;
	return 0;
}

/* Lists the CO-RE relocations; with a target, also resolves them and patches the programs. */
EXPORT(obj_core) int obj_core(struct bpf_object *obj)
{
	struct hashmap *candidates;

	begin_call();
	put("[", 1);
	if (obj->btf_vmlinux) {
		candidates = new_candidates();
		if (IS_ERR(candidates))
			return -ENOMEM;
		each_core_record(obj, resolve_record, candidates);
		free_candidates(candidates);
	} else {
		each_core_record(obj, list_record, NULL);
	}
	put("]", 1);
	return 0;
}

EXPORT(obj_symbols) int obj_symbols(struct bpf_object *obj)
{
	begin_call();
	if (!obj->btf_vmlinux)
		return -EINVAL;
	for (int i = 0; i < obj->nr_extern; i++)
		if (obj->externs[i].type == EXT_KSYM)
			resolve_symbol(obj, &obj->externs[i]);
	put_externs(obj);
	return 0;
}

static int set_virtual_extern(struct extern_desc *ext, void *data, __u32 version, __u32 features)
{
	__u64 value;

	if (!strcmp(ext->name, "LINUX_KERNEL_VERSION"))
		value = version;
	else if (!strcmp(ext->name, "LINUX_HAS_BPF_COOKIE"))
		value = features & 1;
	else if (!strcmp(ext->name, "LINUX_HAS_SYSCALL_WRAPPER"))
		value = features >> 1 & 1;
	else
		return 0;
	return set_kcfg_value_num(ext, data + ext->kcfg.data_off, value);
}

/*
 * Gives the kconfig externs their values from the text of a kernel configuration. `features` says
 * what LINUX_HAS_BPF_COOKIE (bit 0) and LINUX_HAS_SYSCALL_WRAPPER (bit 1) become.
 */
EXPORT(obj_kconfig)
int obj_kconfig(struct bpf_object *obj, const char *text, __u32 version, __u32 features)
{
	void *data = obj->kconfig_map_idx < 0 ? NULL : obj->maps[obj->kconfig_map_idx].mmaped;
	int error = 0;

	begin_call();
	for (int i = 0; data && !error && i < obj->nr_extern; i++)
		if (obj->externs[i].type == EXT_KCFG)
			error = set_virtual_extern(&obj->externs[i], data, version, features);
	if (data && !error)
		error = bpf_object__read_kconfig_mem(obj, text, data);
	put_externs(obj);
	return error;
}

/* Links subprograms and fills in map and extern references, after the CO-RE relocations. */
EXPORT(obj_relocate) int obj_relocate(struct bpf_object *obj)
{
	begin_call();
	/* obj_core() has been there, and a second patch would find changed instructions */
	if (obj->btf_ext)
		obj->btf_ext->core_relo_info.len = 0;
	for (size_t i = 0; i < obj->nr_programs; i++)
		obj->programs[i].autoload = true;
	return bpf_object__relocate(obj, NULL);
}

EXPORT(obj_min_btf) int obj_min_btf(struct bpf_object *obj)
{
	begin_call();
	return obj->btf_vmlinux ? put_min_btf(obj, obj->btf_vmlinux) : -EINVAL;
}

EXPORT(obj_code) void obj_code(struct bpf_object *obj, int with_lines)
{
	begin_call();
	put_code(obj, with_lines);
}

/* The instructions of all programs, one after the other. */
EXPORT(obj_insns) void obj_insns(struct bpf_object *obj)
{
	begin_call();
	for (size_t i = 0; i < obj->nr_programs; i++)
		put((const char *)obj->programs[i].insns, obj->programs[i].insns_cnt * BPF_INSN_SZ);
}

/* The first content of all maps that stand for a section, one after the other. */
EXPORT(obj_data) void obj_data(struct bpf_object *obj)
{
	begin_call();
	for (size_t i = 0; i < obj->nr_maps; i++)
		if (obj->maps[i].libbpf_type)
			put(obj->maps[i].mmaped, obj->maps[i].def.value_size);
}

EXPORT(btf_open) struct btf *btf_open(const void *bytes, size_t size, struct btf *base)
{
	begin_call();
	return opened(btf__new_split(bytes, size, base));
}

EXPORT(btf_close) void btf_close(struct btf *btf) { btf__free(btf); }
EXPORT(btf_count) __u32 btf_count(struct btf *btf) { return btf__type_cnt(btf); }

EXPORT(btf_find) int btf_find(struct btf *btf, const char *name, __u32 kind)
{
	return btf__find_by_name_kind(btf, name, kind);
}

static void put_formatted(void *context, const char *format, va_list arguments)
{
	char text[512], *longer;
	va_list again;
	int size;

	va_copy(again, arguments);
	size = vsnprintf(text, sizeof(text), format, arguments);
	if (size >= 0 && size < (int)sizeof(text)) {
		put(text, size);
	} else if (size > 0) {
		longer = malloc(size + 1);
		if (!longer)
			__builtin_trap();
		vsnprintf(longer, size + 1, format, again);
		put(longer, size);
		free(longer);
	}
	va_end(again);
}

/* Writes the C declarations of one type and all it needs, or of every type when `id` is 0. */
EXPORT(btf_dump_c) int btf_dump_c(struct btf *btf, __u32 id)
{
	struct btf_dump *dump;
	int error = 0;

	begin_call();
	dump = btf_dump__new(btf, put_formatted, NULL, NULL);
	if (!dump)
		return -errno;
	for (__u32 i = id ? id : 1; !error && i < (id ? id + 1 : btf__type_cnt(btf)); i++)
		error = btf_dump__dump_type(dump, i);
	btf_dump__free(dump);
	return error;
}
