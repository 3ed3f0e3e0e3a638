import { deepEqual, equal, match, notEqual, ok, throws } from "node:assert/strict";
import { fixture } from "../../tests/support/corpus.ts";
import { btfSection } from "../../tests/wasm/kernel_btf.ts";
import { InspectError, type InspectErrorCode } from "./inspect_error.ts";
import { type BtfHandle, Inspector, type ObjectHandle } from "./inspector.ts";
import { libbpfVersion } from "../wasm/module.ts";

const KIND_STRUCT = 4;

function refuses(run: () => unknown, code: InspectErrorCode, message: RegExp): InspectError {
  let caught: unknown;
  throws(run, (error) => {
    caught = error;
    return error instanceof InspectError;
  });
  ok(caught instanceof InspectError);
  equal(caught.code, code);
  match(caught.message, message);
  return caught;
}

Deno.test("libbpfVersion() is that of the pinned source", () => equal(libbpfVersion(), "1.5.0"));

Deno.test("Inspector.describe() tells the programs of an object", () => {
  using inspector = Inspector.fresh();
  const facts = inspector.describe(inspector.openObject(fixture("fentry_counter")));
  deepEqual(
    facts.programs.map(({ name, type, attachType, attachTarget, isAttachedByBtf }) => [
      ...[name, type, attachType, attachTarget, isAttachedByBtf],
    ]),
    [
      ["fentry_count", "tracing", "trace_fentry", "vfs_unlink", true],
      ["fexit_count", "tracing", "trace_fexit", "vfs_unlink", true],
    ],
  );
  equal(facts.license, "Dual BSD/GPL");
  equal(facts.byteOrder, "little");
});

Deno.test("Inspector.describe() tells the maps of an object, those of sections included", () => {
  using inspector = Inspector.fresh();
  const { maps } = inspector.describe(inspector.openObject(fixture("xdp_counter"), "counter"));
  deepEqual(maps.map(({ name, type, section, content }) => [name, type, section, content]), [
    ["xdp_stats", "percpu_array", undefined, undefined],
    ["xdp_globals", "array", undefined, undefined],
    ["counter.rodata", "array", ".rodata", "rodata"],
    ["counter.data", "array", ".data", "data"],
    ["counter.bss", "array", ".bss", "bss"],
  ]);
});

Deno.test("Inspector.describe() tells where libbpf would pin a map", () => {
  using inspector = Inspector.fresh();
  const { maps } = inspector.describe(inspector.openObject(fixture("pinned_map")));
  equal(maps[0]?.pinPath, "/sys/fs/bpf/shared_counts");
});

Deno.test("Inspector.describe() tells the externs of an object", () => {
  using inspector = Inspector.fresh();
  const { externs } = inspector.describe(inspector.openObject(fixture("core_externs")));
  deepEqual(externs.map(({ name, kind, isWeak, valueKind }) => [name, kind, isWeak, valueKind]), [
    ["CONFIG_HZ", "kconfig", false, "int"],
    ["CONFIG_NF_CONNTRACK", "kconfig", true, "tristate"],
    ["LINUX_KERNEL_VERSION", "kconfig", false, "int"],
    ["CONFIG_BPFMAN_FUTURE", "kconfig", true, "bool"],
    ["bpf_task_acquire", "function", true, undefined],
    ["bpfman_future_function", "function", true, undefined],
    ["bpfman_future_variable", "variable", true, undefined],
    ["runqueues", "variable", true, undefined],
  ]);
});

Deno.test("Inspector.listCore() lists relocations without a target", () => {
  using inspector = Inspector.fresh();
  const object = inspector.openObject(fixture("core_fields"));
  const relocations = inspector.listCore(object);
  equal(new Set(relocations.map(({ kind }) => kind)).size, 13);
  deepEqual(relocations[1], {
    program: 0,
    instruction: 8,
    kind: "field_byte_offset",
    typeId: 5,
    subject: "<byte_off> [5] struct task_struct.pid (0:0 @ offset 0)",
  });
});

Deno.test("Inspector.relocateCore() resolves relocations against a target and patches the code", () => {
  using inspector = Inspector.fresh();
  const bytes = fixture("core_guards");
  const object = inspector.openObject(bytes);
  const before = inspector.instructions(object);
  // an object's own types are a target on which everything exists
  inspector.setTarget(object, inspector.openBtf(btfSection(bytes)));
  const results = inspector.relocateCore(object);
  deepEqual(new Set(results.map(({ verdict }) => verdict)), new Set(["resolved"]));
  deepEqual(inspector.instructions(object), before);
});

Deno.test("Inspector.relocateCore() poisons what the target lacks", () => {
  using inspector = Inspector.fresh();
  const object = inspector.openObject(fixture("core_guards"));
  const before = inspector.instructions(object);
  inspector.setTarget(object, inspector.openBtf(btfSection(fixture("xdp_counter"))));
  const verdicts = inspector.relocateCore(object).map(({ kind, verdict }) => `${kind} ${verdict}`);
  deepEqual(
    new Set(verdicts),
    new Set([
      "field_exists resolved",
      "field_byte_offset poisoned",
      "type_exists resolved",
      "type_size resolved",
    ]),
  );
  notEqual(inspector.instructions(object).toHex(), before.toHex());
});

Deno.test("Inspector.link() appends subprograms, with functions and source lines", () => {
  using inspector = Inspector.fresh();
  const object = inspector.openObject(fixture("core_guards"));
  const { programs } = inspector.describe(object);
  const at = programs.findIndex(({ name }) => name === "guarded_by_argument");
  inspector.link(object);
  const code = inspector.code(object)[at];
  ok(code !== undefined && code.instructions > (programs[at]?.instructions ?? 0));
  deepEqual(code.functions.map(({ name, linkage }) => [name, linkage]), [
    ["guarded_by_argument", 1],
    ["read_when", 0],
  ]);
  match(code.lines[0]?.file ?? "", /core_guards\.bpf\.c$/);
  match(code.lines[0]?.text ?? "", /read_when\(HAS_FUTURE_FIELD\)/);
});

Deno.test("Inspector.data() gives the first contents of section maps", () => {
  using inspector = Inspector.fresh();
  const object = inspector.openObject(fixture("xdp_counter"));
  const sizes = inspector.describe(object).maps
    .filter(({ content }) => content !== undefined).map(({ valueSize }) => valueSize);
  equal(inspector.data(object).length, sizes.reduce((sum, size) => sum + size, 0));
});

Deno.test("Inspector.openBtf() opens types, finds them and writes them in C", () => {
  using inspector = Inspector.fresh();
  const btf = inspector.openBtf(btfSection(fixture("core_guards")));
  const id = inspector.findType(btf, "task_struct___future", KIND_STRUCT);
  ok(id !== undefined);
  equal(inspector.findType(btf, "no_such_type", KIND_STRUCT), undefined);
  equal(
    inspector.dumpC(btf, id),
    "struct task_struct___future {\n\tint bpfman_future_field;\n};\n\n",
  );
  match(inspector.dumpC(btf), /struct bpfman_future_type \{\n\tint value;\n\};/);
  ok(inspector.countTypes(btf) > 10);
});

Deno.test("Inspector.openObject() refuses other bytes with libbpf's reason", () => {
  using inspector = Inspector.fresh();
  const error = refuses(
    () => inspector.openObject(new TextEncoder().encode("#!/bin/sh")),
    "refused",
    /^Cannot open the object: elf: 'object' is not a proper ELF object$/,
  );
  equal(error.errno, 4001);
  // a refusal is an answer: the instance is still good
  ok(inspector.openObject(fixture("xdp_pass")) > 0);
});

Deno.test("Inspector.openBtf() refuses other bytes", () => {
  using inspector = Inspector.fresh();
  equal(
    refuses(() => inspector.openBtf(new Uint8Array(64)), "refused", /^Cannot open the BTF/).errno,
    22,
  );
});

Deno.test("Inspector refuses handles that it did not give out", () => {
  using inspector = Inspector.fresh();
  refuses(() => inspector.describe(4096 as ObjectHandle), "closed", /^Cannot use handle 4096/);
  const btf = inspector.openBtf(btfSection(fixture("xdp_pass")));
  inspector.closeBtf(btf);
  refuses(() => inspector.countTypes(btf), "closed", /^Cannot use handle/);
});

Deno.test("Inspector is closed at the end of its scope", () => {
  const inspector = Inspector.fresh();
  inspector[Symbol.dispose]();
  inspector[Symbol.dispose]();
  refuses(() => inspector.openBtf(new Uint8Array()), "closed", /^Cannot use the inspector/);
});

Deno.test("Inspector instances share nothing", () => {
  using first = Inspector.fresh();
  using second = Inspector.fresh();
  const btf: BtfHandle = first.openBtf(btfSection(fixture("xdp_pass")));
  refuses(() => second.countTypes(btf), "closed", /^Cannot use handle/);
});
