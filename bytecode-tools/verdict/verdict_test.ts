import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { compile } from "../../tests/support/compile.ts";
import { fixture } from "../../tests/support/corpus.ts";
import { type KernelProfile, makeProfile, type ProgramTypeRecord } from "../kernel/profile.ts";
import { checkObject, checkObjectWithin, type CheckOptions, overallAnswer } from "./verdict.ts";
import type { ProgramVerdict } from "./verdict.ts";
import { verdictJson, verdictMarkdown, verdictText } from "./report.ts";

const BTF = Deno.readFileSync("/sys/kernel/btf/vmlinux");
const RELEASE = Deno.osRelease();
/** A kernel of which everything but modules is known. */
const HOST = makeProfile({ name: "host", release: RELEASE, btf: BTF });

function verdicts(
  bytes: Uint8Array,
  profile: KernelProfile = HOST,
  options: CheckOptions = {},
): Map<string, ProgramVerdict> {
  const [verdict] = checkObject(bytes, [profile], options);
  return new Map(verdict?.programs.map((program) => [program.program, program]));
}

/** One program's answer and the codes of its reasons. */
function outline(verdict: ProgramVerdict | undefined): unknown[] {
  return [verdict?.answer, ...(verdict?.reasons.map(({ code }) => code) ?? [])];
}

Deno.test("checkObject() tells guarded from reachable accesses by the fixtures' names", () => {
  const found = verdicts(fixture("core_guards"));
  ok(found.size >= 13);
  for (const [name, { answer, absentOptional }] of found) {
    equal(answer, name.startsWith("guarded_") ? "loads" : "rejected", name);
    equal(absentOptional > 0, name.startsWith("guarded_"), name);
  }
});

/** The same kernel after it was asked about one type. */
function asked(record: Partial<ProgramTypeRecord> & { readonly name: string }): KernelProfile {
  const known = { type: 0, attachType: 0, isLoadable: true, why: null, ...record };
  const programTypes = [known];
  const host = { architecture: "x86_64", hasJit: true, libbpf: null, libxdp: null, programTypes };
  return { ...HOST, host };
}

Deno.test("checkObject() believes what the kernel answered about types", () => {
  const refused = { isLoadable: false, why: "it is refused" };
  const fentry = asked({ ...refused, name: "fentry", type: 26, attachType: 24 });
  const before = verdicts(fixture("fentry_counter"));
  const after = verdicts(fixture("fentry_counter"), fentry);
  deepEqual(outline(before.get("fentry_count")), ["loads"]);
  deepEqual(outline(after.get("fentry_count")), ["rejected", "type-refused"]);
  // the attach type tells fexit apart
  deepEqual(outline(after.get("fexit_count")), outline(before.get("fexit_count")));
  const xdp = asked({ ...refused, name: "xdp", type: 6 });
  deepEqual(outline(verdicts(fixture("xdp_pass"), xdp).get("xdp_pass"))[0], "rejected");
  deepEqual(outline(verdicts(fixture("xdp_pass"), fentry).get("xdp_pass"))[0], "loads");

  const kprobe = asked({ name: "kprobe", type: 2, why: "there are no kprobes" });
  const program = verdicts(fixture("kprobe_counter"), kprobe).get("kprobe_count");
  equal(program?.answer, "loads");
  ok(program?.remarks.includes("Cannot be attached: there are no kprobes"));
});

Deno.test("checkObject() names instruction, source line and field of what is missing", () => {
  const [reason] = verdicts(fixture("core_guards")).get("reached_always")?.reasons ?? [];
  equal(reason?.code, "core-missing");
  match(reason?.text ?? "", /task_struct___future\.bpfman_future_field/);
  match(reason?.source ?? "", /core_guards\.bpf\.c:\d+:\d+$/);
  ok((reason?.instruction ?? -1) >= 0);
});

Deno.test("checkObject() takes the values that globals will have into account", () => {
  const bytes = fixture("core_guards");
  const on = new Map([["want_future", "true"]]);
  equal(verdicts(bytes).get("guarded_by_constant")?.answer, "loads");
  equal(verdicts(bytes, HOST, { globals: on }).get("guarded_by_constant")?.answer, "rejected");
  const off = new Map([["want_future_always", "false"]]);
  equal(verdicts(bytes, HOST, { globals: off }).get("reached_by_constant")?.answer, "loads");
  throws(() => checkObject(bytes, [HOST], { globals: new Map([["nothing", "1"]]) }), /nothing/);
});

const CONFIGURED = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern int LINUX_KERNEL_VERSION __kconfig;
extern unsigned int CONFIG_HZ __kconfig;
extern _Bool CONFIG_BPFMAN_FUTURE __kconfig __weak;
#define RELOCATED __attribute__((preserve_access_index))
struct task_struct___future { int bpfman_future_field; } RELOCATED;
char LICENSE[] SEC("license") = "GPL";
SEC("raw_tp/sys_enter") int f(struct task_struct___future *task)
{
  int value = 0;
  if (CONFIG_BPFMAN_FUTURE || LINUX_KERNEL_VERSION < 0x010000 || CONFIG_HZ > 5000)
    bpf_probe_read_kernel(&value, 4, &task->bpfman_future_field);
  return value;
}
`;

Deno.test("checkObject() depends on a configuration that is not known", () => {
  const bytes = compile(CONFIGURED);
  const known = { ...HOST, modules: [] };
  deepEqual(outline(verdicts(bytes, known).get("f")), ["depends", "config", "config", "config"]);
  const answer = (config: string) => outline(verdicts(bytes, { ...known, config }).get("f"));
  deepEqual(answer("CONFIG_HZ=250\n"), ["loads"]);
  deepEqual(answer("CONFIG_HZ=9999\n"), ["rejected", "core-missing"]);
  deepEqual(answer("CONFIG_HZ=250\nCONFIG_BPFMAN_FUTURE=y\n"), ["rejected", "core-missing"]);
  deepEqual(answer("CONFIG_OTHER=y\n"), ["rejected", "config-absent"]);
});

Deno.test("checkObject() rejects a kernel variable of another type", () => {
  // this fixture knows the kernel's run queues only as an incomplete type
  const [reason] = verdicts(fixture("core_externs"), { ...HOST, config: "CONFIG_HZ=250\n" })
    .get("ask_symbols")?.reasons ?? [];
  deepEqual([reason?.answer, reason?.code], ["rejected", "symbol-type"]);
});

Deno.test("checkObject() refuses helpers that the licence does not allow", () => {
  deepEqual(outline(verdicts(fixture("gpl_missing")).get("xdp_unlicensed")), [
    "rejected",
    "license",
  ]);
});

const HEAD = `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "GPL";
`;

Deno.test("checkObject() rejects helpers that a kernel does not have, where they can be reached", () => {
  const source = (guard: string) =>
    compile(`${HEAD}const volatile _Bool is_off = 0;
static long (*future)(void) = (void *)250;
SEC("xdp") int f(void *c) { ${guard} future(); return 2; }`);
  const answer = (bytes: Uint8Array) => outline(verdicts(bytes).get("f"));
  deepEqual(answer(source("")), ["rejected", "helper-absent"]);
  deepEqual(answer(source("if (is_off)")), ["loads"]);
});

/** A program of one section, and what is said of it. */
const HOOKS: readonly (readonly [section: string, outline: readonly string[]])[] = [
  ["fentry/vfs_unlink", ["loads"]],
  ["fentry/no_such_function", ["depends", "module-btf"]],
  ["fentry", ["depends", "target-missing"]],
  ["tp_btf/sched_switch", ["loads"]],
  ["tp_btf/no_such_tracepoint", ["rejected", "target-absent"]],
  ["lsm/file_open", ["loads"]],
  ["lsm/no_such_hook", ["rejected", "target-absent"]],
  ["lsm/inode_getsecurity", ["rejected", "lsm-hook-disabled"]],
  ["iter/task", ["loads"]],
  ["iter/nothing", ["rejected", "target-absent"]],
  ["freplace/other", ["depends", "target-program"]],
  ["socket1", ["depends", "type-not-given"]],
  ["kprobe/anything", ["loads"]],
];

for (const [section, wanted] of HOOKS) {
  Deno.test(`checkObject() says "${wanted.join(", ")}" of SEC("${section}")`, () => {
    const bytes = compile(`${HEAD}SEC("${section}") int f(void *c) { return 0; }`);
    const profile = { ...HOST, release: "6.12.0" };
    deepEqual(outline(verdicts(bytes, profile).get("f")), wanted);
  });
}

Deno.test("checkObject() rejects an absent function when all modules are known", () => {
  const bytes = compile(`${HEAD}SEC("fentry/no_such_function") int f(void *c) { return 0; }`);
  const known = { ...HOST, modules: [] };
  deepEqual(outline(verdicts(bytes, known).get("f")), ["rejected", "target-absent"]);
});

Deno.test("checkObject() depends on module BTF for types that the kernel itself does not have", () => {
  const source = `${HEAD}
#define RELOCATED __attribute__((preserve_access_index))
struct no_such_module_type { int field; } RELOCATED;
SEC("raw_tp/sys_enter") int f(struct no_such_module_type *p) {
  int value = 0;
  bpf_probe_read_kernel(&value, 4, &p->field);
  return value; }`;
  const bytes = compile(source);
  deepEqual(outline(verdicts(bytes).get("f")), ["depends", "module-btf"]);
  const known = { ...HOST, modules: [] };
  deepEqual(outline(verdicts(bytes, known).get("f")), ["rejected", "core-missing"]);
});

Deno.test("checkObject() rejects map types that a kernel does not have, and asks for sizes", () => {
  const map = (type: string, size: string) =>
    compile(`${HEAD}
struct { __uint(type, ${type}); ${size} __type(key, int); __type(value, int); } m SEC(".maps");
SEC("xdp") int f(void *c) { int k = 0; bpf_map_lookup_elem(&m, &k); return 2; }`);
  const answer = (bytes: Uint8Array) => outline(verdicts(bytes).get("f"));
  deepEqual(answer(map("77", "__uint(max_entries, 1);")), ["rejected", "map-type-absent"]);
  deepEqual(answer(map("1", "")), ["depends", "map-size"]);
  deepEqual(answer(map("1", "__uint(max_entries, 1);")), ["loads"]);
});

Deno.test("checkObject() remarks on attach points without changing its answer", () => {
  const bytes = compile(`${HEAD}SEC("kprobe/no_such_symbol") int f(void *c) { return 0; }
SEC("tracepoint/no/such") int g(void *c) { return 0; }`);
  const profile = { ...HOST, symbols: new Set(["vfs_read"]), tracepoints: new Set(["a/b"]) };
  const found = verdicts(bytes, profile);
  for (const [name, thing] of [["f", "symbol"], ["g", "tracepoint"]] as const) {
    equal(found.get(name)?.answer, "loads");
    match(found.get(name)?.remarks.join() ?? "", new RegExp(`Cannot be attached: .*${thing}`));
  }
});

Deno.test("checkObject() checks the programs that are asked for", () => {
  const bytes = fixture("core_guards");
  const found = verdicts(bytes, HOST, { programs: ["reached_always"] });
  deepEqual([...found.keys()], ["reached_always"]);
});

Deno.test("checkObjectWithin() says what checkObject() says", async () => {
  for (const name of ["core_guards", "many", "gpl_missing"]) {
    const bytes = fixture(name);
    deepEqual(
      await checkObjectWithin(bytes, [HOST], { deadline: 300_000 }),
      checkObject(bytes, [HOST]),
    );
  }
});

Deno.test("reports have a row per program and a column per kernel", () => {
  const bytes = fixture("core_guards");
  const second = { ...HOST, name: "other|kernel" };
  const found = checkObject(bytes, [HOST, second], {
    programs: ["guarded_by_field", "reached_always"],
  });
  const [heading, ...rows] = verdictText(found).split("\n");
  match(heading ?? "", /^PROGRAM +SECTION +host +other\|kernel$/);
  match(
    rows[0] ?? "",
    /^guarded_by_field +raw_tp\/sys_enter +loads \(1 absent\) +loads \(1 absent\)$/,
  );
  match(rows[1] ?? "", /^reached_always +raw_tp\/sys_enter +REJECTED +REJECTED$/);
  const markdown = verdictMarkdown(found).split("\n");
  equal(markdown[0], "| Program | Section | host | other\\|kernel |");
  equal(markdown[1], "| --- | --- | --- | --- |");
  ok(markdown.includes("**reached_always on host: REJECTED**"));
  const json = JSON.parse(JSON.stringify(verdictJson(found)));
  deepEqual([json.version, json.answer, json.kernels.length], [1, "rejected", 2]);
  equal(overallAnswer(checkObject(fixture("many"), [HOST])), "loads");
});
